import type { Endpoint } from '../../pipeline/endpoint.ts'

type Named = Pick<Endpoint, 'method' | 'path'>

/**
 * What generated clients call each operation, from its method and path: `POST /api/users/{user_id}/chats` is `createChat`,
 * `GET /api/shared/chats/{uuid}` is `getSharedChat`. Where two would have one name, the later has all words of its path.
 */
export function nameOperations<T extends Named>(endpoints: readonly T[]): ReadonlyMap<T, string> {
  const names = new Map<T, string>()
  const taken = new Set<string>()
  for (const endpoint of endpoints) {
    const short = shortName(endpoint)
    const name = taken.has(short) ? longName(endpoint) : short
    taken.add(name)
    names.set(endpoint, name)
  }
  return names
}

const VERBS = { GET: 'get', HEAD: 'check', POST: 'create', PATCH: 'update', DELETE: 'delete' } as const

function shortName({ method, path }: Named): string {
  const segments = segmentsOf(path)
  const last = segments.at(-1)
  if (!last) return longName({ method, path })
  const isList = last.isPlural && !last.hasId
  // What is posted to a word that is no list is done: `…/shares/{share_id}/rotate` rotates.
  if ((method === 'POST' || method === 'HEAD') && !isList && !last.hasId) {
    return lowerFirst([last, ...segments.slice(0, -1)].map(nameOf).join(''))
  }
  if (isList && method === 'POST')
    return lowerFirst(`create${segments.map(({ word }) => pascal(singular(word))).join('')}`)
  return `${isList && method === 'GET' ? 'list' : VERBS[method]}${segments.map(nameOf).join('')}`
}

interface Segment {
  readonly word: string
  readonly isPlural: boolean
  /** followed by a parameter that names one of them */
  readonly hasId: boolean
}

/** Without `/api`, the account that all of an owner's paths begin with, and `/auth`. */
function segmentsOf(path: string): Segment[] {
  const short = path
    .replace(/^\/api/, '')
    .replace(/^\/users\/\{user_id\}(?=\/)/, '')
    .replace(/^\/auth(?=\/)/, '')
  const parts = short.split('/').filter((part) => part !== '')
  return parts.flatMap((word, index) => {
    if (word.startsWith('{')) return []
    const isPlural = /[^s]s$/.test(word)
    return [{ word, isPlural, hasId: parts[index + 1]?.startsWith('{') ?? false }]
  })
}

/** In the middle of a path, and before a parameter, one of them is meant. */
function nameOf({ word, hasId }: Segment): string {
  return pascal(hasId ? singular(word) : word)
}

function singular(word: string): string {
  return word.replace(/ies$/, 'y').replace(/([^s])s$/, '$1')
}

function longName({ method, path }: Named): string {
  const words = path.match(/\w+/g) ?? ['root']
  return `${VERBS[method]}${words.map(pascal).join('')}`
}

function pascal(word: string): string {
  return (word.match(/[a-z\d]+/gi) ?? []).map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('')
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
