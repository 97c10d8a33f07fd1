import type { Body } from '../../reading/kept-bodies.ts'
import { BASE_HEADERS, type Headers } from './answer.ts'

/**
 * All headers of an answer that sends a kept body or says that it is unmodified, put together once for as long as the
 * body is kept.
 *
 * @param headers those that don't depend on the body
 * @returns for a body: with its ETag, and its length where `sends` it; the same object each time
 */
export function bodyHeaders(
  headers: Readonly<Record<string, string>>,
  sends: boolean,
): (body: Body) => Readonly<Headers> {
  const made = new WeakMap<Body, Readonly<Headers>>()
  return (body) => {
    const known = made.get(body)
    if (known) return known
    const length = sends ? { 'content-length': body.bytes.length } : {}
    const all = { ...BASE_HEADERS, ...headers, etag: body.etag, ...length }
    made.set(body, all)
    return all
  }
}
