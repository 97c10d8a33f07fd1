import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Static, TSchema } from 'typebox'
import { readAs, shapes, type Chat, type Message, type Share, type WhitelistEntry } from './shapes.ts'

/** An answer, read to its end. */
export type Answer = {
  /** Method and path of the question, for messages of failing tests. */
  readonly request: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: () => unknown
}

export type Question = {
  readonly json?: unknown
  readonly form?: Readonly<Record<string, string>> | string
  /** A body as it is; set its content type in `headers`. */
  readonly body?: string | Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** Someone at a browser or program of their own, with cookies; knows nobody else's. */
export type Visitor = {
  readonly url: string
  readonly cookies: Map<string, string>
  readonly send: (method: string, path: string, question?: Question) => Promise<Answer>
  readonly get: (path: string, headers?: Question['headers']) => Promise<Answer>
  /** Opens a share as clients do, with a password by HTTP Basic if one is given. */
  readonly readShare: (uuid: string, password?: string, headers?: Question['headers']) => Promise<Answer>
  readonly unlock: (uuid: string, password: string) => Promise<Answer>
}

/** A visitor with an account and a session. */
export type Person = Visitor & {
  readonly id: number
  readonly email: string
  readonly password: string
  /** The path of their own things: `/api/users/{id}` and what follows. */
  readonly path: (rest?: string) => string
  readonly createChat: (messages?: readonly NewMessage[], name?: string) => Promise<Chat>
  readonly addMessages: (chat: Chat, messages: readonly NewMessage[]) => Promise<Message[]>
  readonly share: (chat: Chat, body?: object) => Promise<Share>
  readonly changeShare: (share: Share, body: object) => Promise<Share>
  readonly findShare: (share: Share) => Promise<Share>
  readonly listEntries: (share: Share) => Promise<WhitelistEntry[]>
  readonly sharePath: (share: Pick<Share, 'id' | 'chat_conversation_id'>, rest?: string) => string
}

export type NewMessage = { readonly content: string; readonly role: 'user' | 'assistant' }

export const greeting: readonly NewMessage[] = [
  { content: 'What is the largest moon of Neptune?', role: 'user' },
  { content: 'Triton. It orbits backwards.', role: 'assistant' },
]

export const accountPassword = 'correct horse battery'

/** A visitor of the server at `url`; `headers` go with each of their requests. */
export function createVisitor(url: string, headers: Question['headers'] = {}): Visitor {
  const cookies = new Map<string, string>()
  const send: Visitor['send'] = async (method, path, question = {}) => {
    const sent = new Headers({ ...headers })
    if (cookies.size > 0)
      sent.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    if (question.json !== undefined) sent.set('content-type', 'application/json')
    if (question.form !== undefined) sent.set('content-type', 'application/x-www-form-urlencoded')
    for (const [name, value] of Object.entries(question.headers ?? {})) sent.set(name, value)
    const body = bodyOf(question)
    const response = await fetch(url + path, {
      method,
      headers: sent,
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
      ...(question.signal === undefined ? {} : { signal: question.signal }),
    })
    keepCookies(cookies, response.headers)
    return toAnswer(`${method} ${path}`, response)
  }
  const get: Visitor['get'] = (path, extra = {}) => send('GET', path, { headers: extra })
  return {
    url,
    cookies,
    send,
    get,
    readShare: (uuid, password, extra = {}) =>
      get(`/api/shared/chats/${uuid}`, {
        ...extra,
        ...(password === undefined ? {} : { authorization: basic(`:${password}`) }),
      }),
    unlock: (uuid, password) => send('POST', `/api/shared/chats/${uuid}/unlock`, { json: { password } }),
  }
}

/** Signs a new person up, with an email nobody else has. */
export async function signUp(
  url: string,
  options: {
    readonly email?: string
    readonly password?: string
    readonly headers?: Question['headers']
  } = {},
): Promise<Person> {
  const { email = `${randomUUID()}@example.org`, password = accountPassword, headers = {} } = options
  const visitor = createVisitor(url, headers)
  const answer = await visitor.send('POST', '/api/auth/sign-up', { json: { email, password } })
  const { user } = expectOk(answer, shapes.signedIn)
  return asPerson(visitor, user.id, email, password)
}

/** Signs an existing person in on another device. */
export async function logIn(person: Person, headers: Question['headers'] = {}): Promise<Person> {
  const visitor = createVisitor(person.url, headers)
  const { email, password } = person
  expectOk(await visitor.send('POST', '/api/auth/login', { json: { email, password } }), shapes.signedIn)
  return asPerson(visitor, person.id, email, password)
}

/** The same person with the same session, at another server of the same database. */
export function elsewhere(person: Person, url: string): Person {
  const visitor = createVisitor(url)
  for (const [name, value] of person.cookies) visitor.cookies.set(name, value)
  return asPerson(visitor, person.id, person.email, person.password)
}

/** The answer's value; fails unless it is a 200 of exactly this shape. */
export function expectOk<T extends TSchema>(answer: Answer, schema: T): Static<T> {
  assert.equal(answer.status, 200, `${answer.request} → ${answer.status} ${answer.text.slice(0, 1000)}`)
  return readAs(schema, answer)
}

/** `Authorization` for HTTP Basic with these credentials, in UTF-8 or in Latin-1 as `btoa` sends them. */
export function basic(credentials: string, encoding: 'utf8' | 'latin1' = 'utf8'): string {
  return `Basic ${Buffer.from(credentials, encoding).toString('base64')}`
}

function asPerson(visitor: Visitor, id: number, email: string, password: string): Person {
  const path = (rest = '') => `/api/users/${id}${rest}`
  const sharePath: Person['sharePath'] = (share, rest = '') =>
    path(`/chats/${share.chat_conversation_id}/shares/${share.id}${rest}`)
  const addMessages: Person['addMessages'] = async (chat, messages) => {
    const answer = await visitor.send('POST', path(`/chats/${chat.id}/messages`), { json: { messages } })
    return expectOk(answer, shapes.messages).chatMessages
  }
  return {
    ...visitor,
    id,
    email,
    password,
    path,
    sharePath,
    addMessages,
    createChat: async (messages = greeting, name = 'Moons') => {
      const answer = await visitor.send('POST', path('/chats'), { json: { model: 'triton-1', name } })
      const { chat } = expectOk(answer, shapes.chat)
      if (messages.length > 0) await addMessages(chat, messages)
      return chat
    },
    share: async (chat, body = {}) => {
      const answer = await visitor.send('POST', path(`/chats/${chat.id}/shares`), { json: body })
      return expectOk(answer, shapes.share).share
    },
    changeShare: async (share, body) => {
      const answer = await visitor.send('PATCH', sharePath(share), { json: body })
      return expectOk(answer, shapes.share).share
    },
    findShare: async (share) => {
      const { shares } = expectOk(await visitor.get(path('/shares')), shapes.shares)
      const found = shares.find(({ id }) => id === share.id)
      assert.ok(found !== undefined, `share ${share.id} is not in the list`)
      return found
    },
    listEntries: async (share) => {
      const answer = await visitor.get(sharePath(share, '/whitelist-entries'))
      return expectOk(answer, shapes.whitelist).shareWhitelistEntries
    },
  }
}

function bodyOf(question: Question): Question['body'] {
  if (question.json !== undefined) return JSON.stringify(question.json)
  if (question.form === undefined) return question.body
  return typeof question.form === 'string' ? question.form : new URLSearchParams(question.form).toString()
}

/** As a browser would: a cookie with an age of 0 or a date gone by is forgotten. */
function keepCookies(cookies: Map<string, string>, headers: Headers): void {
  for (const line of headers.getSetCookie()) {
    const [pair = '', ...attributes] = line.split(';')
    const name = pair.slice(0, pair.indexOf('=')).trim()
    const dead = attributes.some((attribute) => {
      const [key = '', value = ''] = attribute.trim().split('=')
      if (/^max-age$/i.test(key)) return Number(value) <= 0
      return /^expires$/i.test(key) && Date.parse(value) <= Date.now()
    })
    if (dead) cookies.delete(name)
    else cookies.set(name, pair.slice(pair.indexOf('=') + 1).trim())
  }
}

async function toAnswer(request: string, response: Response): Promise<Answer> {
  const text = await response.text()
  const { status, headers } = response
  return { request, status, headers, text, json: () => parseJson(request, text) }
}

function parseJson(request: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(`${request} didn't answer JSON but: ${text.slice(0, 500)}`, { cause })
  }
}
