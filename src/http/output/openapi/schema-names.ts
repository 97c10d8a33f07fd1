import type { TSchema } from 'typebox'
import { contract } from '../../../contract/schemas.ts'

export interface NamedSchemas {
  /** A schema as it is written where it is used: those with a name refer to it. */
  write(this: void, schema: TSchema): object
  /** The named ones that were referred to, by name. */
  used(this: void): Readonly<Record<string, object>>
}

/** Gives the contract's schemas their names. */
export function nameSchemas(): NamedSchemas {
  const names = new Map<object, string>()
  for (const [name, value] of Object.entries(contract)) if (isWorthAName(value)) names.set(value, name)
  const used: Record<string, object> = {}

  function write(schema: TSchema): object {
    const name = names.get(schema)
    if (name === undefined) return copy(schema)
    if (!(name in used)) {
      // First its name, so that a schema may hold itself.
      used[name] = {}
      used[name] = copy(schema)
    }
    return { $ref: `#/components/schemas/${name}` }
  }

  function copy(schema: object): object {
    return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, copyValue(value)]))
  }

  function copyValue(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(copyValue)
    return typeof value === 'object' && value !== null ? write(value) : value
  }

  return { write, used: () => used }
}

/** What is one value, such as an id, is written where it is used. */
function isWorthAName(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return 'properties' in value || 'anyOf' in value || ('items' in value && 'type' in value)
}
