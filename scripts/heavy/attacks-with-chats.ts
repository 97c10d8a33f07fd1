import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from '../../test/kit/client.ts'
import type { Attack } from './attack.ts'
import {
  answered,
  askAndLeave,
  askAndStall,
  attacker,
  countStatuses,
  freshAddress,
  freshVisitor,
  largeChat,
  repeatedly,
} from './world.ts'

const LINKS_PER_MESSAGE = 1500

/** With large chats, or very many. */
export const attacksWithChats: readonly Attack[] = [
  {
    name: '60 exports of chats full of links, asked for and abandoned',
    before: "a stranger's page of two messages takes 71 to 87 s",
    async prepare({ server, bystander }) {
      const person = await attacker(server)
      const chat = await person.createChat([])
      const link = '[a](https://example.org/a_(b)_c "t") <https://example.org> ![b](https://example.org/b) '
      for (let part = 0; part < 4; part++) {
        await person.addMessages(
          chat,
          Array.from({ length: 10 }, (_, index) => ({
            role: 'user' as const,
            content: `${part} ${index} ${link.repeat(LINKS_PER_MESSAGE)}`,
          })),
        )
      }
      return async (signal) => {
        const flood = repeatedly(signal, 60, async () => {
          await person.addMessages(chat, [{ role: 'user', content: String(Math.random()) }])
          await askAndLeave(person, 'GET', person.path(`/chats/${chat.id}/export?format=html`), 200)
        })
        const times: number[] = []
        while (!signal.aborted) {
          const share = await bystander.share(await bystander.createChat())
          const began = performance.now()
          await answered(freshVisitor(server.url).get(`/shared/chats/${share.uuid}`))
          times.push(performance.now() - began)
          await sleep(200)
        }
        await flood
        return `a new page of another's: at most ${Math.round(Math.max(...times))} ms`
      }
    },
  },
  {
    name: 'copies of a chat of 63 MiB, 8 at a time',
    before: '74 MB are written in 0.6 s each, without an end',
    async prepare({ server }) {
      const person = await attacker(server)
      const share = await person.share(await largeChat(person, 63))
      return async (signal) => {
        const copies: Answer[] = []
        await repeatedly(signal, 8, async () => {
          copies.push(await person.send('POST', `/api/shared/chats/${share.uuid}/copy`))
          if (copies.at(-1)?.status !== 200) await sleep(100)
        })
        return countStatuses(copies)
      }
    },
  },
  {
    name: '14 snapshots of a chat of 63 MiB at a time',
    before: "readers' p50 is 10 s; on PostgreSQL 8 of 16 readers get a 503",
    async prepare({ server }) {
      const person = await attacker(server)
      const share = await person.share(await largeChat(person, 63))
      return async (signal) => {
        const snapshots: Answer[] = []
        await repeatedly(signal, 14, async () => {
          snapshots.push(await person.send('POST', person.sharePath(share, '/snapshot')))
          if (snapshots.at(-1)?.status !== 200) await sleep(100)
        })
        return countStatuses(snapshots)
      }
    },
  },
  {
    name: '40 clients that ask for chats of 63 MiB and do not read',
    before: 'the process takes 5 GB',
    async prepare({ server }) {
      const person = await attacker(server)
      const shares = [
        await person.share(await largeChat(person, 63)),
        await person.share(await largeChat(person, 63)),
      ]
      const paths = shares.flatMap(({ uuid, chat_conversation_id: id }) => [
        `/api/shared/chats/${uuid}`,
        `/api/shared/chats/${uuid}/export?format=markdown`,
        person.path(`/chats/${id}/messages`),
        person.path(`/chats/${id}/export?format=json`),
      ])
      const cookie = [...person.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      let next = 0
      return async (signal) => {
        const statuses: number[] = []
        await repeatedly(signal, 40, async () => {
          const path = paths[next++ % paths.length] ?? ''
          const { socket, status } = await askAndStall(server.url, path, { ...freshAddress(), cookie })
          statuses.push(status)
          await Promise.race([
            sleep(20_000, undefined, { signal }),
            new Promise((end) => socket.once('close', end)),
          ]).catch(() => undefined)
          socket.destroy()
          if (status !== 200) await sleep(200)
        })
        return countStatuses(statuses.map((status) => ({ status }) as Answer))
      }
    },
  },
  {
    name: 'a page of 20 MiB under 12 different Hosts',
    before: 'the process takes 2.4 GB',
    async prepare({ server }) {
      const person = await attacker(server)
      const share = await person.share(await largeChat(person, 20))
      return async (signal) => {
        let count = 0
        await repeatedly(signal, 12, async () => {
          const host = `host-${count++}.example.org`
          await get(server.url, `/shared/chats/${share.uuid}`, { host, ...freshAddress() })
        })
        return `${count} pages`
      }
    },
  },
  {
    name: 'an account of 250 MiB is deleted',
    before: 'everything stands for 4.9 s, or it cannot be deleted',
    async prepare({ server }) {
      const person = await attacker(server)
      for (let made = 0; made < 4; made++) await largeChat(person, 62)
      return async () => {
        const json = { current_password: person.password }
        return countStatuses([await person.send('DELETE', person.path(), { json })])
      }
    },
  },
  {
    name: 'lists of 10,000 chats, 8 at a time',
    before: '300,000 chats: readers wait 1.9 s for each list',
    async prepare({ server }) {
      const person = await attacker(server)
      const chats = Array.from({ length: 10_000 }, (_, index) => ({
        uuid: `c${index}`,
        name: `Chat ${index}`,
        chat_messages: [{ uuid: `m${index}`, text: 'x', sender: 'human' }],
      }))
      await person.send('POST', person.path('/imports'), {
        body: JSON.stringify(chats),
        headers: { 'content-type': 'application/json' },
      })
      return async (signal) => {
        const count = await repeatedly(signal, 8, () => person.get(person.path('/chats')))
        return `${count} lists`
      }
    },
  },
]

/** `fetch` sends a `Host` of its own. */
async function get(url: string, path: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  request(url + path, { headers }, (answer) => answer.resume().once('end', resolve).once('error', reject))
    .once('error', reject)
    .end()
  await promise
}
