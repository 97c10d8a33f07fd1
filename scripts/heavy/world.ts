import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Answer,
  createVisitor,
  type NewMessage,
  type Person,
  signUp,
  type Visitor,
} from '../../test/kit/client.ts'
import type { Chat, Share } from '../../test/kit/shapes.ts'
import type { Server } from '../../test/kit/start-server.ts'

const MiB = 1024 * 1024
const MESSAGES_AT_ONCE = 12

/** A server, the people on it whom attackers must not harm, and what attackers use. */
export type World = {
  readonly server: Server
  /** has an account, and does ordinary things */
  readonly bystander: Person
  readonly small: Share
  readonly locked: Share
  /** read the locked share before anything began */
  readonly knownReader: Visitor
}

export const LOCKED_PASSWORD = 'open sesame'

/** The environment in which an address is what `X-Forwarded-For` says, so that attackers may have many; else as the image has it. */
export const manyAddresses = {
  TRUST_PROXY: '1',
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
} as const

let addresses = 0
/** An address that nobody has come from before. */
export function freshAddress(): Record<string, string> {
  const number = ++addresses
  return { 'x-forwarded-for': `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}` }
}

export async function makeWorld(server: Server): Promise<World> {
  const bystander = await signUp(server.url, { headers: freshAddress() })
  const small = await bystander.share(await bystander.createChat())
  const locked = await bystander.share(await bystander.createChat(), { password: LOCKED_PASSWORD })
  const knownReader = freshVisitor(server.url)
  const { status } = await knownReader.unlock(locked.uuid, LOCKED_PASSWORD)
  if (status !== 204) throw new Error(`The locked share was not opened: ${status}`)
  return { server, bystander, small, locked, knownReader }
}

export function attacker(server: Server): Promise<Person> {
  return signUp(server.url, { headers: freshAddress() })
}

/** Text that doesn't compress well, in lines. */
function randomText(bytes: number): string {
  return randomBytes(Math.ceil((bytes * 3) / 4))
    .toString('base64')
    .replace(/.{76}/g, '$&\n')
    .slice(0, bytes)
}

/** A chat of so many messages of a mebibyte. */
export async function largeChat(person: Person, mebibytes: number): Promise<Chat> {
  const chat = await person.createChat([], 'Large')
  for (let made = 0; made < mebibytes; made += MESSAGES_AT_ONCE) {
    const messages: NewMessage[] = Array.from(
      { length: Math.min(MESSAGES_AT_ONCE, mebibytes - made) },
      (_, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content: randomText(MiB - 16) }),
    )
    await person.addMessages(chat, messages)
  }
  return chat
}

/** Asks for something and reads only the beginning of the answer. */
export async function askAndStall(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>> = freshAddress(),
): Promise<{ readonly socket: Socket; readonly status: number }> {
  const { hostname, port, host } = new URL(url)
  const socket = connect(Number(port), hostname)
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
  const { promise, resolve } = Promise.withResolvers<number>()
  socket.once('data', (chunk: Buffer) => resolve(Number(chunk.toString('latin1', 9, 12))))
  socket.on('error', () => resolve(0))
  socket.on('close', () => resolve(0))
  const status = await promise
  socket.pause()
  return { socket, status }
}

/** Asks, and goes away after a while without waiting for the answer. */
export async function askAndLeave(
  person: Visitor,
  method: string,
  path: string,
  afterMs: number,
): Promise<void> {
  await person.send(method, path, { signal: AbortSignal.timeout(afterMs) }).catch(() => undefined)
}

/** Does something again and again, so many at a time, until the signal. */
export async function repeatedly(
  signal: AbortSignal,
  atOnce: number,
  act: () => Promise<unknown>,
): Promise<number> {
  let count = 0
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (!signal.aborted) {
        await act().catch(() => sleep(50))
        count++
      }
    }),
  )
  return count
}

/** What a server's process has in memory, and had at most, in MiB; NaN where there is no /proc. */
export function memoryOf(server: Server): { readonly now: number; readonly most: number } {
  try {
    const status = readFileSync(`/proc/${server.pid}/status`, 'latin1')
    const read = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024
    return { now: read('VmRSS'), most: read('VmHWM') }
  } catch {
    return { now: Number.NaN, most: Number.NaN }
  }
}

/** Statuses of answers, counted, such as "58 × 200, 2 × 503". */
export function countStatuses(answers: readonly (Answer | undefined)[]): string {
  const counts = new Map<number, number>()
  for (const answer of answers) counts.set(answer?.status ?? 0, (counts.get(answer?.status ?? 0) ?? 0) + 1)
  return [...counts].map(([status, count]) => `${count} × ${status === 0 ? 'no answer' : status}`).join(', ')
}

/** Does something, and gives up after a minute. */
export async function answered(asked: Promise<Answer>): Promise<Answer | undefined> {
  return Promise.race([asked.catch(() => undefined), sleep(60_000, undefined, { ref: false })])
}

/** What a browser keeps of having been in before, which passes the lane of those who try passwords. */
export function deviceOf({ cookies }: { readonly cookies: ReadonlyMap<string, string> }): {
  cookies: Map<string, string>
} {
  return { cookies: new Map([...cookies].filter(([name]) => name.includes('neptun-device'))) }
}

/** Somebody with cookies of another, at an address that nobody has come from before. */
export function freshVisitor(url: string, like?: Pick<Visitor, 'cookies'>): Visitor {
  const visitor = createVisitor(url, freshAddress())
  for (const [name, value] of like?.cookies ?? []) visitor.cookies.set(name, value)
  return visitor
}
