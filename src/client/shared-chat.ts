import type { Answer, Sender, Sent } from './sender.ts'
import type { ExportFormat, SharedChat } from './types.ts'

const UUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/i

/** A chat that somebody shared, for whoever has its link. Reading it counts as a view, unless it is one's own. */
export interface SharedChatApi {
  /** @throws ApiProblem whose `shareInfo` says what the link asks for */
  read(): Promise<SharedChat>
  /** As an export writes it. */
  export(format: ExportFormat): Promise<Answer>
  /** A file of the chat, by the id in a message's `file:…`. */
  file(id: string): Promise<Answer>
  /** Proves the link's password; what is read afterwards is read with it. */
  unlock(password: string): Promise<void>
  /** Asks for a code by mail; the answer is the same whether the link is for this email or not. */
  askForCode(email: string): Promise<void>
  /** Proves an email by the code that came. */
  enterCode(email: string, code: string): Promise<void>
}

/** @param link its URL or UUID */
export function sharedChat(sender: Sender, link: string): SharedChatApi {
  const uuid = UUID.exec(link)?.[0].toLowerCase()
  if (uuid === undefined) throw new TypeError('A shared chat is named by its link or UUID.')
  const path = `/api/shared/chats/${uuid}`
  // A browser keeps them itself, and shows them to nobody.
  const cookies = new Map<string, string>()
  const withProofs = (sent: Sent = {}): Sent => ({
    ...sent,
    cookies: [...cookies].map(([name, value]) => `${name}=${value}`),
  })
  const prove = async (what: string, json: unknown): Promise<void> => {
    const { headers } = await sender.send('POST', `${path}${what}`, withProofs({ json }))
    for (const cookie of headers.getSetCookie?.() ?? []) {
      const [, name, value] = /^([^=;]+)=([^;]*)/.exec(cookie) ?? []
      if (name !== undefined && value !== undefined) cookies.set(name, value)
    }
  }
  return {
    read: () => sender.request('GET', path, 'SharedChatAnswer', withProofs()),
    export: (format) => sender.send('GET', `${path}/export`, withProofs({ query: { format } })),
    file: (id) => sender.send('GET', `/shared/chats/${uuid}/files/${encodeURIComponent(id)}`, withProofs()),
    unlock: (password) => prove('/unlock', { password }),
    askForCode: (email) => prove('/codes', { email }),
    enterCode: (email, code) => prove('/codes/verify', { email, code }),
  }
}
