import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const READERS = 8
const WRITERS = 4

export interface Answer {
  readonly status: number
  readonly body: string
  readonly cookies: readonly string[]
}

/** Asks what is in front of the servers. */
export interface Front {
  /** @returns status 0 where there was no answer */
  readonly ask: (method: string, path: string, body?: unknown, cookie?: string) => Promise<Answer>
  readonly close: () => void
}

export function openFront(port: number): Front {
  const agent = new Agent({ keepAlive: true, maxSockets: READERS + WRITERS })

  const ask: Front['ask'] = (method, path, body, cookie) =>
    new Promise((resolve) => {
      const payload = body === undefined ? undefined : JSON.stringify(body)
      const headers = {
        ...(cookie === undefined ? {} : { cookie }),
        ...(payload === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
      }
      const asked = request({ agent, host: '127.0.0.1', port, method, path, headers }, (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (part: string) => (text += part))
        const done = (status: number) =>
          resolve({ status, body: text, cookies: answer.headers['set-cookie'] ?? [] })
        answer.on('end', () => done(answer.statusCode ?? 0)).on('error', () => done(0))
      })
      asked.on('error', (error) => resolve({ status: 0, body: error.message, cookies: [] }))
      asked.end(payload)
    })
  return { ask, close: () => agent.destroy() }
}

/** A chat that is written to and read by its link. */
export interface ChatInUse {
  readonly path: string
  readonly share: string
  readonly cookie: string
}

/** Signs up, and shares a chat. */
export async function shareChat({ ask }: Front, email: string): Promise<ChatInUse> {
  const signedUp = await ask('POST', '/api/auth/sign-up', { email, password: 'correct horse' })
  const cookie = signedUp.cookies.map((set) => set.split(';')[0]).join('; ')
  const made = await ask('POST', '/api/users/1/chats', { model: 'm', name: 'In use' }, cookie)
  const { chat } = JSON.parse(made.body) as { chat: { id: number } }
  const sharing = await ask('POST', `/api/users/1/chats/${chat.id}/shares`, {}, cookie)
  const { share } = JSON.parse(sharing.body) as { share: { uuid: string } }
  return { path: `/api/users/1/chats/${chat.id}/messages`, share: share.uuid, cookie }
}

export interface Traffic {
  readonly counts: Record<'reads' | 'writes', number>
  readonly lost: string[]
  readonly acknowledged: string[]
  /** the longest time in which no read was answered, in milliseconds */
  readonly longestWithoutRead: () => number
  stop(): Promise<void>
}

/** @param tryAgain whether a write that failed is sent again, as after a kill */
export function startTraffic({ ask }: Front, { path, share, cookie }: ChatInUse, tryAgain: boolean): Traffic {
  const counts = { reads: 0, writes: 0 }
  const lost: string[] = []
  const acknowledged: string[] = []
  const load = { isOn: true }
  let lastRead = performance.now()
  let longest = 0
  const read = async (): Promise<void> => {
    while (load.isOn) {
      const { status, body } = await ask('GET', `/api/shared/chats/${share}`)
      counts.reads++
      if (status === 200) {
        longest = Math.max(longest, performance.now() - lastRead)
        lastRead = performance.now()
      } else lost.push(`read ${status} ${body.slice(0, 80)}`)
      await sleep(5)
    }
  }
  const write = async (writer: number): Promise<void> => {
    for (let n = 0; load.isOn; n++) {
      const message = `w${writer}-${n}-${Date.now()}`
      const { status, body } = await ask('POST', path, { message, actor: 'user' }, cookie)
      counts.writes++
      if (status === 200) acknowledged.push(message)
      else {
        lost.push(`write ${status} ${body.slice(0, 80)}`)
        if (tryAgain) await sleep(50)
      }
      await sleep(20)
    }
  }
  const running = Promise.all([
    ...Array.from({ length: READERS }, read),
    ...Array.from({ length: WRITERS }, (_, writer) => write(writer)),
  ])
  return {
    counts,
    lost,
    acknowledged,
    longestWithoutRead: () => longest,
    async stop() {
      load.isOn = false
      await running
    },
  }
}

/** How many writes that were acknowledged aren't there. */
export async function countMissing(
  { ask }: Front,
  { path, cookie }: ChatInUse,
  acknowledged: readonly string[],
): Promise<number> {
  const { status, body } = await ask('GET', path, undefined, cookie)
  if (status !== 200) throw new Error(`The messages can't be read: ${status}`)
  const { chatMessages } = JSON.parse(body) as { chatMessages: { content: string }[] }
  const present = new Set(chatMessages.map(({ content }) => content))
  return acknowledged.filter((message) => !present.has(message)).length
}
