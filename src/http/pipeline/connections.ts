import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { readOpenFileLimit } from '../../start/own-condition.ts'
import { STALLED_READER_MS } from './large-answers.ts'

/** Of the files that may be open besides the sockets that listen, how many connections are many, and how many the most. */
const MANY_OF_OPEN_FILES = 0.7
const MOST_OF_OPEN_FILES = 0.9
/** Idle ones are looked for again after this time, or after this part of the open files came anew. */
const GIVE_WAY_EVERY_MS = 100
const GIVE_WAY_EVERY = 0.05

/** Nearly all requests are over before they are looked at once: a timer for each would cost more than routing it. */
const LOOK_FOR_SLOW_EVERY_MS = 5000

/** Whoever connects sends their first request within this time, or has only connected in advance. */
const FIRST_REQUEST_WITHIN_MS = 500

/** The system keeps no more connections waiting: the backlog that Node asks for. */
const MOST_TURNS = 511
/** A turn of the event loop in which there was nothing to do is shorter. */
const QUIET_TURN_MS = 0.1

interface Connection {
  readonly since: number
  /** to its last request; answers go out in the order of requests, so all before it are sent when it is */
  last: ServerResponse | undefined
  /** how much of it was read when it was last seen to wait for its next request */
  readWhileWaiting: number | undefined
}

/**
 * Bounds how many connections are open, so that files are left for the store and its connections: those that wait for
 * their next request give way to those who have one. Those on which nothing moves, though a request is under way, are
 * closed after a while.
 */
export function watchConnections(servers: readonly Server[]): {
  /** Resolves when all connections are taken that wait in the system; those that come all the time have an end, too. */
  untilNoneWaits(): Promise<void>
  /** Closes what doesn't send anything, which Node waits for when it stops. */
  endUnused(): void
} {
  const connections = new Map<Socket, Connection>()
  const limit = readOpenFileLimit()
  const most = limit === undefined ? undefined : limit - servers.length
  let gaveWayAt = 0
  let cameSince = 0
  let came = 0

  function giveWay(): void {
    if (most === undefined || connections.size < most * MANY_OF_OPEN_FILES) return
    if (performance.now() - gaveWayAt < GIVE_WAY_EVERY_MS && cameSince < most * GIVE_WAY_EVERY) return
    gaveWayAt = performance.now()
    cameSince = 0
    // Not Node's closeIdleConnections: it ends those too whose first request is on its way.
    for (const [socket, connection] of connections) {
      const isWaiting = connection.last?.writableFinished === true
      // Seen twice, with nothing read since: a request that is on its way isn't lost.
      if (isWaiting && connection.readWhileWaiting === socket.bytesRead) socket.destroy()
      connection.readWhileWaiting = isWaiting ? socket.bytesRead : undefined
    }
  }

  function limitSlow(): void {
    for (const [socket, { last }] of connections) {
      if (last && !last.writableFinished && !socket.timeout) socket.setTimeout(STALLED_READER_MS)
    }
  }

  const lookingForSlow = setInterval(limitSlow, LOOK_FOR_SLOW_EVERY_MS).unref()
  for (const server of servers) watch(server)

  function watch(server: Server): void {
    server.once('close', () => clearInterval(lookingForSlow))
    server.on('connection', (socket) => {
      if (most !== undefined && connections.size >= most * MOST_OF_OPEN_FILES) {
        socket.destroy()
        return
      }
      connections.set(socket, { since: performance.now(), last: undefined, readWhileWaiting: undefined })
      socket.once('close', () => connections.delete(socket))
      cameSince++
      came++
      giveWay()
    })
    server.on('request', ({ socket }, response) => {
      const connection = connections.get(socket)
      if (connection) connection.last = response
    })
  }

  return {
    async untilNoneWaits() {
      // Node takes one connection a turn from each socket that listens. What comes after it looked, while other work of the turn goes on, would be lost.
      for (let turns = 0; turns < MOST_TURNS; turns++) {
        const before = came
        const began = performance.now()
        await nextTurn()
        if (before === came && performance.now() - began < QUIET_TURN_MS) return
      }
    },
    endUnused() {
      for (const [socket, { since }] of connections) {
        const left = since + FIRST_REQUEST_WITHIN_MS - performance.now()
        if (left <= 0) endIfUnused(socket)
        else setTimeout(endIfUnused, left, socket)
      }
    },
  }
}

function endIfUnused(socket: Socket): void {
  if (socket.bytesRead === 0) socket.destroy()
}
