import { Refusal } from '../../actions/refusal.ts'
import type { Page } from '../../actions/lists/search.ts'

export type CursorValue = string | number

/** Where a page of a list ended, as its reader sends it back. @param order of the list, which it belongs to */
export function writeCursor(order: string, values: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify([order, ...values])).toString('base64url')
}

/**
 * @param kinds of the values
 * @throws Refusal when it is none of ours, or of a list in another order
 */
function readCursor(text: string, order: string, kinds: readonly ('string' | 'number')[]): CursorValue[] {
  const [of, ...values] = parse(text)
  const isOurs =
    of === order &&
    values.length === kinds.length &&
    values.every((value, index) => typeof value === kinds[index] && isStorable(value))
  if (isOurs) return values as CursorValue[]
  const message = 'Not a cursor of this list in this order; send the next_cursor of the page before'
  throw new Refusal({
    code: 'invalid-input',
    part: 'query',
    issues: [{ code: 'invalid_string', message, path: ['cursor'] }],
  })
}

function parse(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

function isStorable(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value)
  return typeof value === 'string' && value.isWellFormed() && !value.includes('\0')
}

const ROWS = 50

/** Which part of a list is asked for. @param kinds of the values of its order */
export function readPage(
  query: { readonly limit?: string | undefined; readonly cursor?: string | undefined },
  order: string,
  kinds: readonly ('string' | 'number')[],
): Page {
  return {
    limit: query.limit === undefined ? ROWS : Number(query.limit),
    after: query.cursor === undefined ? undefined : readCursor(query.cursor, order, kinds),
  }
}
