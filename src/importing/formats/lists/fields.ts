import { isObject, ownField } from '../../streams/loose-json.ts'
import type { Fields } from './list-format.ts'

/** What lies at each of some ways that leads somewhere, in their order. */
export function valuesAt(value: unknown, fields: Fields | undefined): unknown[] {
  if (fields === undefined || fields === '') return []
  return fields
    .split(' ')
    .map((way) => valueAt(value, way))
    .filter((found) => found !== undefined && found !== null)
}

/** Whether all of some ways lead somewhere. */
export function hasAll(value: unknown, fields: Fields | undefined): boolean {
  if (fields === undefined || fields === '') return true
  return fields.split(' ').every((way) => valueAt(value, way) !== undefined)
}

function valueAt(value: unknown, way: string): unknown {
  let found = value
  for (const field of way.split('.')) {
    if (Array.isArray(found)) found = /^-?\d{1,9}$/.test(field) ? found.at(Number(field)) : undefined
    else if (!isObject(found)) return undefined
    else if (field.endsWith('*')) found = allBeginning(found, field.slice(0, -1))
    else found = ownField(found, field)
  }
  return found
}

/** All that fields with the same beginning hold, or nothing where there is no such field. */
function allBeginning(value: Record<string, unknown>, beginning: string): unknown[] | undefined {
  const held = Object.entries(value).filter(([field]) => field.startsWith(beginning))
  return held.length === 0 ? undefined : held.map(([, one]) => one)
}
