import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { after, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { createContext, runInContext } from 'node:vm'
import { createVisitor, signUp, type Answer, type Visitor } from '../kit/client.ts'
import { isRecord } from '../kit/json.ts'
import { startServer, trustsEmails } from '../kit/start-server.ts'

/**
 * The examples on the two published pages of this API, run as they stand there: only the host and the
 * placeholders are replaced. The pages themselves are in `test/fixtures/published-api/`.
 */

const page = (name: string) => readFile(new URL(`../fixtures/published-api/${name}`, import.meta.url), 'utf8')
const statusPage = await page('chat-share-status.txt')
const sharePage = await page('shared-chat.md')
const publishedHost = 'https://neptun-webui.vercel.app'

const server = await startServer({ env: trustsEmails })
after(() => server.close())

const owner = await signUp(server.url)
const reader = await signUp(server.url)
const stranger = createVisitor(server.url)
const chat = await owner.createChat()
const share = await owner.share(chat, { emails: [reader.email] })
const unshared = await owner.createChat()

/** The part of a page from the line that begins an example to the line before the next heading. */
function example(text: string, begin: string, end: string): string {
  const from = text.indexOf(begin)
  assert.ok(from >= 0, begin)
  const until = text.indexOf(end, from + begin.length)
  return text.slice(from, until < 0 ? undefined : until).trim()
}

const run = promisify(execFile)

async function attempt(program: string, ...args: string[]): Promise<boolean> {
  try {
    await run(program, args)
    return true
  } catch {
    return false
  }
}

async function findPython(): Promise<string | undefined> {
  for (const program of ['python3', '/usr/bin/python3']) {
    if (await attempt(program, '-c', 'import httpx, pydantic')) return program
  }
  return undefined
}

const curl = await attempt('curl', '--version')
const python = await findPython()

const typescript = {
  getChatShare: example(statusPage, 'async function getChatShare(', 'Notes'),
  getSharedChat: example(sharePage, 'async function getSharedChat(', '```'),
}

/** The published function, in a page where `fetch` sends this visitor's cookies, as a browser does. */
function published(
  name: keyof typeof typescript,
  visitor: Visitor,
): (...args: unknown[]) => Promise<unknown> {
  const cookie = [...visitor.cookies].map((pair) => pair.join('=')).join('; ')
  const browser = createContext({
    fetch: (url: string, init: RequestInit) => {
      assert.equal(init.credentials, 'include')
      return fetch(url, { ...init, headers: { cookie } })
    },
  })
  const script = stripTypeScriptTypes(typescript[name].replaceAll(publishedHost, server.url))
  const value: unknown = runInContext(`${script}\n${name}`, browser)
  assert.ok(typeof value === 'function')
  return async (...args) => {
    const result: unknown = await value(...args)
    return result
  }
}

describe('the TypeScript examples', () => {
  test('find the UUID of a share', async () => {
    assert.equal(await published('getChatShare', owner)(owner.id, chat.id), share.uuid)
  })

  test('find null for a chat that is not shared', async () => {
    assert.equal(await published('getChatShare', owner)(owner.id, unshared.id), null)
  })

  test('throw without a session, and for what is not there', async () => {
    await assert.rejects(published('getChatShare', stranger)(owner.id, chat.id), /HTTP error! status: 401/)
    const getChatShare = published('getChatShare', owner)
    await assert.rejects(getChatShare(owner.id, 2_147_483_647), /HTTP error! status: 404/)
    await assert.rejects(getChatShare(reader.id, chat.id), /HTTP error! status: 404/)
  })

  test('read a shared chat', async () => {
    for (const visitor of [owner, reader]) {
      expectSharedChat(await published('getSharedChat', visitor)(share.uuid))
    }
  })

  test('read a chat with a password, in a session that has unlocked it', async () => {
    const locked = await owner.share(await owner.createChat(), { password: 'sesame' })
    const session = await signUp(server.url)
    await assert.rejects(published('getSharedChat', session)(locked.uuid), /status: 401/)
    await session.unlock(locked.uuid, 'sesame')
    session.cookies.delete(`neptun-unlock-${locked.uuid}`)
    expectSharedChat(await published('getSharedChat', session)(locked.uuid))
  })

  test('throw for who may not read it', async () => {
    await assert.rejects(published('getSharedChat', stranger)(share.uuid), /status: 401/)
    const other = await signUp(server.url)
    await assert.rejects(published('getSharedChat', other)(share.uuid), /status: 403/)
    await assert.rejects(published('getSharedChat', owner)('nonsense'), /status: 404/)
  })
})

const sessionOf = (visitor: Visitor) => visitor.cookies.get('neptun-session') ?? ''

async function runCurl(command: string, replacements: Record<string, string>): Promise<unknown> {
  let script = command.replaceAll(publishedHost, server.url)
  for (const [placeholder, value] of Object.entries(replacements))
    script = script.replaceAll(placeholder, value)
  const { stdout } = await run('sh', ['-c', script])
  return JSON.parse(stdout)
}

const withoutCurl = 'there is no curl on this machine'
const curlSuite = `the cURL examples${curl ? '' : `, skipped: ${withoutCurl}`}`

describe(curlSuite, { skip: !curl && withoutCurl }, () => {
  const statusCommand = example(statusPage, 'curl -X GET', 'TypeScript/JavaScript Example')
  const shareCommand = example(sharePage, 'curl -X GET', '```')

  test('find the UUID of a share, or null', async () => {
    const ids = { 'your-session-cookie': sessionOf(owner), 'your-user-id': String(owner.id) }
    const ask = (id: number) => runCurl(statusCommand, { ...ids, 'chats/123': `chats/${id}` })
    assert.deepEqual(await ask(chat.id), { uuid: share.uuid })
    assert.equal(await ask(unshared.id), null)
    assert.deepEqual(await ask(2_147_483_647), {
      statusCode: 404,
      statusMessage: 'Not Found',
      message: 'Chat not found',
      data: { message: 'Chat not found' },
    })
  })

  test('read a shared chat', async () => {
    const ids = { 'your-session-cookie': sessionOf(reader), 'your-uuid-here': share.uuid }
    expectSharedChat(await runCurl(shareCommand, ids))
  })

  test('are told why not', async () => {
    expectSharedChatError(await runCurl(shareCommand, { 'your-uuid-here': share.uuid }), 401)
    expectSharedChatError(await runCurl(shareCommand, { 'your-uuid-here': 'nonsense' }), 404)
  })
})

/** The page has lost the indentation of its Python: what follows a `:` or an opening bracket is inside. */
function indented(source: string): string {
  let depth = 0
  return source
    .split('\n')
    .map((line) => {
      if (/^(from|import|class|async def|$)/.test(line)) depth = 0
      if (line.startsWith(')')) depth -= 1
      const result = '    '.repeat(depth) + line
      if (/[:(]$/.test(line)) depth += 1
      return result
    })
    .join('\n')
}

const statusPython = {
  models: indented(example(statusPage, 'from pydantic import BaseModel', 'Code Examples')),
  client: indented(example(statusPage, 'from uuid import UUID\nimport httpx', 'cURL Example')),
}

/** The page's models have lost the import of `Literal`. */
const sharePython = {
  models: `from typing import Literal\n${example(sharePage, 'from pydantic import BaseModel', '```')}`,
  client: example(sharePage, 'from pydantic import BaseModel\nimport httpx', '```'),
}

/** What an expression prints after a piece of published Python. */
async function runPython(source: string, expression: string): Promise<string> {
  const script = `${source.replaceAll(publishedHost, server.url)}\nimport asyncio, json\nprint(${expression})\n`
  return (await run(python ?? '', ['-c', script])).stdout.trim()
}

/** The status code that a published model finds in one of our refusals. */
const parseByPython = ({ models }: { models: string }, model: string, answer: Answer) =>
  runPython(models, `${model}(**json.loads(${JSON.stringify(answer.text)})).statusCode`)

const withoutPython = 'no Python with httpx and pydantic on this machine'
const pythonSuite = `the Python examples${python === undefined ? `, skipped: ${withoutPython}` : ''}`

describe(pythonSuite, { skip: python === undefined && withoutPython }, () => {
  test('find the UUID of a share, or None', async () => {
    const token = JSON.stringify(sessionOf(owner))
    const ask = (id: number) =>
      runPython(statusPython.client, `asyncio.run(get_chat_share(${owner.id}, ${id}, ${token}))`)
    assert.equal(await ask(chat.id), share.uuid)
    assert.equal(await ask(unshared.id), 'None')
    await assert.rejects(ask(2_147_483_647), /404 Not Found/)
  })

  test('read a shared chat into its models', async () => {
    const token = JSON.stringify(sessionOf(reader))
    const printed = await runPython(
      `${sharePython.models}\n${sharePython.client}`,
      `(lambda c: [len(c.chatMessages), c.chatMessages[0].role, c.shareInfo.shareHasWhitelist])` +
        `(asyncio.run(get_shared_chat('${share.uuid}', ${token})))`,
    )
    assert.equal(printed, "[2, 'user', True]")
  })

  test('parse our refusals with their models', async () => {
    const notFound = await owner.get(owner.path('/chats/2147483647/shares'))
    assert.equal(await parseByPython(statusPython, 'ChatShareError', notFound), '404')
    assert.equal(
      await parseByPython(sharePython, 'SharedChatError', await stranger.readShare(share.uuid)),
      '401',
    )
    assert.equal(
      await parseByPython(sharePython, 'SharedChatError', await stranger.readShare('nonsense')),
      '404',
    )
  })
})

describe('the published models, checked by hand', () => {
  test('parse what is shown', async () => {
    for (const visitor of [owner, reader]) expectSharedChat((await visitor.readShare(share.uuid)).json())
  })

  test('parse every refusal', async () => {
    const locked = await owner.share(await owner.createChat(), { password: 'sesame' })
    const paused = await owner.share(await owner.createChat(), { is_shared: false })
    const other = await signUp(server.url)
    expectSharedChatError((await stranger.readShare(share.uuid)).json(), 401)
    expectSharedChatError((await other.readShare(share.uuid)).json(), 403)
    expectSharedChatError((await stranger.readShare('nonsense')).json(), 404)
    expectSharedChatError((await stranger.readShare(paused.uuid)).json(), 404)
    for (let i = 0; i < 10; i++) {
      expectSharedChatError((await stranger.readShare(locked.uuid, 'wrong')).json(), 401)
    }
    expectSharedChatError((await stranger.readShare(locked.uuid, 'wrong')).json(), 429)
  })

  test('parse the share status and its errors', async () => {
    const read = async (path: string, visitor: Visitor = owner): Promise<unknown> =>
      (await visitor.get(path)).json()
    const found = await read(owner.path(`/chats/${chat.id}/shares`))
    assert.ok(isRecord(found) && typeof found['uuid'] === 'string')
    assert.equal(await read(owner.path(`/chats/${unshared.id}/shares`)), null)
    for (const [path, visitor] of [
      [owner.path('/chats/2147483647/shares'), owner],
      [owner.path(`/chats/${chat.id}/shares`), reader],
      [owner.path(`/chats/${chat.id}/shares`), stranger],
    ] as const) {
      const error = await read(path, visitor)
      assert.ok(isRecord(error))
      assert.ok(Number.isInteger(error['statusCode']))
      assert.equal(typeof error['statusMessage'], 'string')
      assert.ok(isRecord(error['data']) && typeof error['data']['message'] === 'string')
    }
  })
})

/** As the published `SharedChatResponse`: every field there, of its type. */
function expectSharedChat(value: unknown): void {
  assert.ok(isRecord(value), JSON.stringify(value))
  const { chatMessages, shareInfo } = value
  assert.ok(Array.isArray(chatMessages) && chatMessages.length > 0)
  for (const message of chatMessages) {
    assert.ok(isRecord(message))
    assert.ok(Number.isInteger(message['id']))
    assert.equal(typeof message['content'], 'string')
    assert.ok(message['role'] === 'user' || message['role'] === 'assistant')
    for (const name of ['timestamp', 'created_at', 'updated_at']) {
      const time = message[name]
      assert.ok(typeof time === 'string' && new Date(time).toISOString() === time, name)
    }
  }
  expectShareInfo(shareInfo)
}

/** As the published `SharedChatError`: `data` is a map of share infos and nothing else. */
function expectSharedChatError(value: unknown, status: number): void {
  assert.ok(isRecord(value), JSON.stringify(value))
  assert.equal(value['statusCode'], status)
  assert.equal(typeof value['statusMessage'], 'string')
  assert.equal(typeof value['message'], 'string')
  assert.ok(isRecord(value['data']))
  assert.deepEqual(Object.keys(value['data']), ['shareInfo'])
  expectShareInfo(value['data']['shareInfo'])
}

function expectShareInfo(info: unknown): void {
  assert.ok(isRecord(info))
  for (const flag of [
    'shareExists',
    'shareIsActive',
    'shareIsPrivate',
    'shareHasPassword',
    'shareHasWhitelist',
  ]) {
    assert.equal(typeof info[flag], 'boolean', flag)
  }
}
