import type { Socket } from 'node:net'

/** What is longer is worked out each time: a thousand cookies of an idle connection take a hundred times their bytes. */
const LONGEST_REMEMBERED = 2048

/**
 * Works something out of a header once for as long as its connection sends the same: who reads again brings the same
 * cookies and password, and working out a digest takes as long as a query. What a connection brought is forgotten with
 * its next header of that kind, and with the connection.
 *
 * @param work must depend on the header, or the part of it that it is given, alone
 */
export function rememberByConnection<T>(work: (header: string) => T): (socket: Socket, header: string) => T {
  // A map compares digests of strings first: what was sent before can't be guessed by the time that comparing takes.
  const remembered = new WeakMap<Socket, Map<string, { readonly value: T }>>()
  return (socket, header) => {
    if (header.length > LONGEST_REMEMBERED) return work(header)
    const last = remembered.get(socket)
    const known = last?.get(header)
    if (known) return known.value
    const value = work(header)
    remembered.set(socket, new Map([[header, { value }]]))
    return value
  }
}
