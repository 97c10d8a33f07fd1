import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, basic, type Person } from '../../test/kit/client.ts'
import type { Attack } from './attack.ts'
import {
  answered,
  attacker,
  countStatuses,
  deviceOf,
  freshAddress,
  freshVisitor,
  LOCKED_PASSWORD,
  repeatedly,
} from './world.ts'

/** With what is sent, and how often. */
export const attacksWithRequests: readonly Attack[] = [
  {
    name: 'files that make an importer slow (150 and 240 kB)',
    before: 'other readers wait 21 s and 82 s',
    async prepare({ server }) {
      const person = await attacker(server)
      const title = `${'#'.repeat(6)} ${' '.repeat(150_000)}x`
      const files = [
        `## User\n\n${title}\n\n## Assistant\n\nx`,
        JSON.stringify([{ title: 't', mapping: {}, text: '\u3010'.repeat(80_000) }]),
        '<thinking>'.repeat(24_000),
        `user: ${'a '.repeat(60_000)}\n${'assistant:'.repeat(10_000)}`,
      ]
      let next = 0
      return async (signal) => {
        const count = await repeatedly(signal, 2, () =>
          person.send('POST', person.path('/imports?dry_run=true'), {
            body: files[next++ % files.length] ?? '',
            headers: { 'content-type': 'application/octet-stream' },
            signal,
          }),
        )
        return `${count} imports`
      }
    },
  },
  {
    name: 'passwords set on 400 connections',
    before: '60 of 60 logins, unlocks and sign-ups of others are a 503',
    async prepare({ server, bystander, locked }) {
      const person = await attacker(server)
      const share = await person.share(await person.createChat())
      return async (signal) => {
        const flood = repeatedly(signal, 400, () =>
          person.changeShare(share, { password: String(Math.random()) }),
        )
        const others: (Answer | undefined)[] = []
        while (!signal.aborted) {
          const { email, password } = bystander
          const json = { email, password }
          others.push(
            await answered(freshVisitor(server.url).send('POST', '/api/auth/login', { json })),
            await answered(freshVisitor(server.url).unlock(locked.uuid, LOCKED_PASSWORD)),
            await answered(
              freshVisitor(server.url).send('POST', '/api/auth/sign-up', {
                json: { email: `${crypto.randomUUID()}@example.org`, password },
              }),
            ),
          )
        }
        await flood
        return `others' logins, unlocks, sign-ups: ${countStatuses(others)}`
      }
    },
  },
  {
    name: 'JSON of ten million brackets',
    before: '3.6 s in which nobody is answered',
    async prepare({ server }) {
      const person = await attacker(server)
      const chat = await person.createChat()
      const body = '['.repeat(10_000_000)
      return async (signal) => {
        const count = await repeatedly(signal, 4, () =>
          person.send('POST', person.path(`/chats/${chat.id}/messages`), {
            body,
            headers: { 'content-type': 'application/json' },
          }),
        )
        return `${count} bodies`
      }
    },
  },
  {
    name: '40 wrong logins a second at one account, each from another address',
    before: 'its owner gets in 0 of 20 times',
    async prepare({ server, bystander }) {
      return async (signal) => {
        const wrong = { json: { email: bystander.email, password: 'wrong' } }
        const flood = paced(signal, 40, () => freshVisitor(server.url).send('POST', '/api/auth/login', wrong))
        await sleep(3000, undefined, { signal }).catch(() => undefined)
        const tries: (Answer | undefined)[] = []
        while (tries.length < 20 && !signal.aborted) {
          const { email, password } = bystander
          const known = freshVisitor(server.url, deviceOf(bystander))
          tries.push(await answered(known.send('POST', '/api/auth/login', { json: { email, password } })))
        }
        await flood
        return `the owner's, from a browser that was in before: ${countStatuses(tries)}`
      }
    },
  },
  {
    name: '120 wrong unlocks a second at one share, each from another address',
    before: 'no reader with the right password gets in',
    async prepare({ server, locked, knownReader }) {
      return async (signal) => {
        const flood = paced(signal, 120, () => freshVisitor(server.url).unlock(locked.uuid, 'wrong'))
        await sleep(3000, undefined, { signal }).catch(() => undefined)
        const tries: (Answer | undefined)[] = []
        while (tries.length < 20 && !signal.aborted) {
          tries.push(
            await answered(
              freshVisitor(server.url, deviceOf(knownReader)).unlock(locked.uuid, LOCKED_PASSWORD),
            ),
          )
        }
        const stranger = await answered(
          freshVisitor(server.url).get(`/api/shared/chats/${locked.uuid}`, {
            authorization: basic(`:${LOCKED_PASSWORD}`),
          }),
        )
        await flood
        return `known readers: ${countStatuses(tries)}; a new one: ${countStatuses([stranger])}`
      }
    },
  },
  {
    name: 'three accounts that import at 1.3 KB/s',
    before: 'a fourth gets a 503',
    async prepare({ server, bystander }) {
      const people = await Promise.all([1, 2, 3].map(() => attacker(server)))
      return async (signal) => {
        const flood = Promise.all(
          people.map((person) =>
            repeatedly(signal, 2, () => trickle(person, person.path('/imports'), 1300, signal)),
          ),
        )
        await sleep(2000, undefined, { signal }).catch(() => undefined)
        const imports: (Answer | undefined)[] = []
        while (!signal.aborted) {
          imports.push(
            await answered(
              bystander.send('POST', bystander.path('/imports?dry_run=true'), {
                body: '## User\n\nHello\n\n## Assistant\n\nHi',
                headers: { 'content-type': 'text/markdown' },
              }),
            ),
          )
        }
        await flood
        return `the fourth's: ${countStatuses(imports)}`
      }
    },
  },
  {
    name: 'messages of 19 MiB posted slowly by three accounts, 8 at a time',
    before: 'not measured',
    async prepare({ server, bystander }) {
      const people = await Promise.all([1, 2, 3].map(() => attacker(server)))
      const chats = await Promise.all(people.map((person) => person.createChat()))
      return async (signal) => {
        const flood = Promise.all(
          people.map((person, index) =>
            repeatedly(signal, 8, () =>
              trickle(person, person.path(`/chats/${chats[index]?.id}/messages`), 20_000, signal),
            ),
          ),
        )
        const posts: (Answer | undefined)[] = []
        while (!signal.aborted) {
          const chat = await bystander.createChat()
          const json = { messages: [1, 2, 3].map(() => ({ role: 'user', content: 'x'.repeat(1_000_000) })) }
          posts.push(
            await answered(bystander.send('POST', bystander.path(`/chats/${chat.id}/messages`), { json })),
          )
          await sleep(500)
        }
        await flood
        return `another's posts of 3 MB: ${countStatuses(posts)}`
      }
    },
  },
]

/** Does something so many times a second, whatever becomes of it. */
async function paced(signal: AbortSignal, perSecond: number, act: () => Promise<unknown>): Promise<void> {
  while (!signal.aborted) {
    void act().catch(() => undefined)
    await sleep(1000 / perSecond)
  }
}

/** Sends the beginning of a large body by drops, until the server or the signal ends it. */
async function trickle(person: Person, path: string, perSecond: number, signal: AbortSignal): Promise<void> {
  const cookie = [...person.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const { promise: over, resolve } = Promise.withResolvers<void>()
  const asked = request(person.url + path, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json', 'content-length': 19_000_000, ...freshAddress() },
  })
  asked.on('response', (answer) => {
    answer.resume().once('close', resolve)
  })
  asked.once('error', () => resolve()).once('close', resolve)
  const end = (): void => void asked.destroy()
  signal.addEventListener('abort', end, { once: true })
  asked.write('{"messages":[{"role":"user","content":"')
  const timer = setInterval(() => asked.write('x'.repeat(perSecond / 10)), 100)
  await over
  clearInterval(timer)
  signal.removeEventListener('abort', end)
  asked.destroy()
}
