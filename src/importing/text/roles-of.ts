import { type ReadOptions, unclearSpeakers } from '../imported-chat.ts'
import { plainName, roleOfName, type Speaker } from './speaker-names.ts'

/**
 * Who speaks in each message of a list, by what it calls them. Where only one of the two is known, the one other is the
 * other. Throws ImportError where that can't be told; what the owner says of the two goes before what is known.
 */
export function rolesOf(
  names: readonly (string | undefined)[],
  { speakers = {} }: ReadOptions,
): (Speaker | undefined)[] {
  const given = new Map<string, Speaker>()
  if (speakers.assistant !== undefined) given.set(plainName(speakers.assistant).name, 'assistant')
  if (speakers.user !== undefined) given.set(plainName(speakers.user).name, 'user')
  const isGiven = new Set(given.values())
  const roleOf = (name: string): Speaker | undefined => {
    const known = roleOfName(name)
    return given.get(plainName(name).name) ?? (known !== undefined && isGiven.has(known) ? undefined : known)
  }
  const shown = new Map<string, string>()
  for (const name of names)
    if (name !== undefined) shown.set(plainName(name).name, shown.get(plainName(name).name) ?? name)
  const roles = new Map([...shown].map(([key, name]) => [key, roleOf(name)]))
  const unknown = [...roles].filter(([, role]) => role === undefined).map(([key]) => key)
  const known = new Set(roles.values())
  const missing = !known.has('assistant') ? 'assistant' : !known.has('user') ? 'user' : undefined
  if (unknown.length > 0 && missing !== undefined) {
    const [only, ...others] = unknown
    const isOneKnown = known.has('user') || known.has('assistant')
    if (others.length > 0 || only === undefined || !isOneKnown)
      throw unclearSpeakers([...shown.values()].slice(0, 6))
    roles.set(only, missing)
  }
  return names.map((name) => (name === undefined ? undefined : roles.get(plainName(name).name)))
}
