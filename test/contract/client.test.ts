import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { after, describe, test } from 'node:test'
import { ApiProblem, type ClientOptions, createClient } from '../../src/client/client.ts'
import { accountPassword, greeting, signUp } from '../kit/client.ts'
import { codeIn, startMailServer } from '../kit/mail-server.ts'
import { startServer } from '../kit/start-server.ts'

/** What programs are promised of `neptun-share/client`. */

const mails = await startMailServer()
const server = await startServer({ env: mails.env })
after(async () => {
  await server.close()
  await mails.close()
})
const at = (options: ClientOptions = {}) => createClient({ server: server.url, ...options })

async function signIn() {
  const client = at()
  const user = await client.signUp({ email: `${randomUUID()}@example.org`, password: accountPassword })
  return { client, user, account: client.account(user.id) }
}

const fails = (work: Promise<unknown>, status: number, words: RegExp) =>
  assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof ApiProblem, String(error))
    assert.equal(error.status, status)
    assert.match(error.message, words)
    return true
  })

/** A server that answers each request with the next of these, the last one for good. */
async function scripted(...answers: ((request: IncomingMessage, response: ServerResponse) => void)[]) {
  const asked: IncomingMessage[] = []
  const odd = createServer((request, response) => {
    answers[Math.min(asked.push(request), answers.length) - 1]?.(request, response)
  }).listen(0, '127.0.0.1')
  after(() => {
    odd.close()
    odd.closeAllConnections()
  })
  await once(odd, 'listening')
  const address = odd.address()
  assert.ok(typeof address === 'object' && address !== null)
  return { asked, url: `http://127.0.0.1:${address.port}` }
}
const busy = (_: unknown, response: ServerResponse) => {
  const body = { statusCode: 503, statusMessage: 'Busy', message: 'Busy', data: { message: 'Busy' } }
  response.writeHead(503, { 'retry-after': '0' }).end(JSON.stringify(body))
}
const json = (value: unknown) => (_: unknown, response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))

async function* breaksOff() {
  yield new TextEncoder().encode('# User\n\nHello\n')
  throw new Error('The disk is gone.')
}

describe('a program', () => {
  test('signs up, is known again by its session, and is nobody after signing out', async () => {
    const { client, user } = await signIn()
    assert.equal((await at({ session: client.session }).whoAmI())?.id, user.id)
    assert.equal(await client.logOut(), true)
    assert.equal(client.session, undefined)
    assert.equal(await client.whoAmI(), undefined)
    await client.logIn({ email: user.primary_email, password: accountPassword })
    assert.equal((await client.whoAmI())?.id, user.id)
  })

  test('acts by a token, as far as the token goes', async () => {
    const { user, account } = await signIn()
    const { token } = await account.createToken({ name: 'CI', scope: 'read' })
    const byToken = at({ token })
    assert.equal((await byToken.whoAmI())?.id, user.id)
    await fails(byToken.account(user.id).createChat({ name: 'A', model: 'm' }), 403, /read/)
    await fails(at({ token: `${token.slice(0, -1)}x` }).whoAmI(), 401, /./)
  })

  test('goes through chats and links, however many pages they take', async () => {
    const { account } = await signIn()
    for (const name of ['One', 'Two', 'Three']) {
      const chat = await account.createChat({ name, model: 'm' })
      await account.addMessages(chat.id, greeting)
      await account.createShare(chat.id, { is_protected: true })
    }
    const names = []
    for await (const chat of account.chats({ limit: 2, order_by: 'id:asc' })) names.push(chat.name)
    assert.deepEqual(names, ['One', 'Two', 'Three'])
    const found = []
    for await (const link of account.links({ limit: 1, q: 'two' })) found.push(link.chat_name)
    assert.deepEqual(found, ['Two'])
    const kinds = []
    for await (const { kind } of account.eachEvent()) kinds.push(kind)
    assert.equal(kinds.filter((kind) => kind === 'share-created').length, 3)
  })

  test('is told what was wrong, as the API tells it', async () => {
    const { user, account } = await signIn()
    const problem = await account.createChat({ name: '', model: 'm' }).catch((error: unknown) => error)
    assert.ok(problem instanceof ApiProblem)
    const { kind, status, body, issues } = problem
    assert.deepEqual([kind, status, body?.statusCode], ['refusal', 400, 400])
    assert.deepEqual(
      issues.map(({ path }) => path),
      [['name']],
    )
    await fails(at().account(user.id).account(), 401, /./)
    await fails(account.chat(2147483647), 404, /^Chat not found$/)
  })

  test('imports a file as it is read, and is told how far it is', async () => {
    const { account } = await signIn()
    const filler = 'x'.repeat(300_000)
    const chats = Array.from(
      { length: 12 },
      (_, index) => `# User\n\nQuestion ${index}\n\n# Assistant\n\n${filler}\n\n`,
    )
    async function* content() {
      for (const text of chats) yield new TextEncoder().encode(text)
    }
    const told: number[] = []
    const size = chats.join('').length
    const report = await account.importFiles([{ name: 'long.md', content: content(), size }], {
      onProgress: (done, all) => {
        assert.equal(all, size)
        told.push(done)
      },
    })
    assert.equal(report.counts.new, 1)
    assert.ok(told.length > 2 && told.every((done, index) => done >= (told[index - 1] ?? 0)), told.join())
    const again = await account.importFiles([new File(chats, 'long.md')], { dry_run: true })
    assert.equal(again.counts.unchanged, 1)
    await fails(account.importFiles([new File(['{}'], 'none.json')]), 400, /./)
  })

  test('hears of a file that can’t be read to its end by its own words, and nothing of it is stored', async () => {
    const { account } = await signIn()
    await assert.rejects(account.importFiles([{ name: 'a.md', content: breaksOff() }]), /The disk is gone/)
    assert.deepEqual((await account.chatsPage({})).chats, [])
  })

  test('adds files to chats', async () => {
    const { account } = await signIn()
    const chat = await account.createChat({ name: 'Files', model: 'm' })
    const file = await account.addFile(chat.id, new File(['a,b\n'], 'table.csv'))
    assert.match(file.markdown, /^\[table\.csv\]\(file:/)
  })
})

describe('a reader', () => {
  test('is told what a link asks for, and reads by its password', async () => {
    const owner = await signUp(server.url)
    const share = await owner.share(await owner.createChat(), { password: 'open sesame' })
    const chat = at().sharedChat(share.url)
    const problem = await chat.read().catch((error: unknown) => error)
    assert.ok(problem instanceof ApiProblem)
    assert.deepEqual([problem.status, problem.shareInfo?.shareHasPassword], [401, true])
    await fails(chat.unlock('sesame'), 401, /not authorized/)
    await chat.unlock('open sesame')
    assert.equal((await chat.read()).chatMessages.length, 2)
    assert.match((await chat.export('markdown')).text, /Triton/)
    assert.throws(() => at().sharedChat('https://example.org/x'), TypeError)
  })

  test('reads by a code from a mail where the link is for certain people', async () => {
    const owner = await signUp(server.url)
    const email = `${randomUUID()}@reader.example`
    const share = await owner.share(await owner.createChat(), { emails: [email] })
    const chat = at().sharedChat(share.uuid)
    await chat.askForCode(email)
    await chat.enterCode(email, codeIn(await mails.next(email)))
    assert.equal((await chat.read()).shareInfo.shareHasWhitelist, true)
  })
})

describe('where a server doesn’t answer as it should', () => {
  test('a busy one is asked again, where asking twice does no harm', async () => {
    const reading = await scripted(busy, busy, json({ user: { id: 1, primary_email: 'a@b.example' } }))
    assert.equal((await createClient({ server: reading.url }).whoAmI())?.id, 1)
    assert.equal(reading.asked.length, 3)

    const creating = await scripted(busy, json({ chat: { id: 7 } }))
    const account = createClient({ server: creating.url }).account(1)
    assert.equal((await account.createChat({ name: 'A', model: 'm' })).id, 7)
    const [first, second] = creating.asked.map(({ headers }) => headers['idempotency-key'])
    assert.match(String(first), /^[\da-f]{32}$/)
    assert.equal(first, second)

    const sharing = await scripted(busy)
    await fails(createClient({ server: sharing.url }).account(1).createShare(1, {}), 503, /problem/)
    assert.equal(sharing.asked.length, 1)
  })

  test('one that asks for more patience than there is isn’t waited for', async () => {
    const later = await scripted((_, response) => response.writeHead(503, { 'retry-after': '3600' }).end())
    await fails(createClient({ server: later.url }).whoAmI(), 503, /problem/)
    assert.equal(later.asked.length, 1)
  })

  test('a silent one is given up, also in the middle of an answer', async () => {
    const silent = await scripted(
      () => undefined,
      (_, response) => response.writeHead(200, { 'content-length': '9' }).write('half'),
    )
    const client = createClient({ server: silent.url, timeoutMs: 50 })
    for (const _ of [1, 2]) {
      const problem = await client.whoAmI().catch((error: unknown) => error)
      assert.ok(problem instanceof ApiProblem)
      assert.deepEqual([problem.kind, problem.status], ['unreachable', 0])
      assert.match(String(problem.cause), /says nothing for 0\.05 seconds/)
    }
  })

  test('whoever asks can stop', async () => {
    const silent = await scripted(() => undefined)
    const stopping = new AbortController()
    const asking = createClient({ server: silent.url, signal: stopping.signal }).whoAmI()
    const gone = new Error('No longer wanted.')
    stopping.abort(gone)
    await assert.rejects(asking, gone)
    await assert.rejects(createClient({ server: silent.url, signal: stopping.signal }).whoAmI(), gone)
  })

  test('a session under https is kept, though its former name ends with it', async () => {
    const signedIn = { user: { id: 1, primary_email: 'a@b.example' }, loggedInAt: '2026-01-01T00:00:00.000Z' }
    const secure = await scripted((request, response) => {
      response.setHeader('set-cookie', ['__Host-neptun-session=abc; Path=/', 'neptun-session=; Max-Age=0'])
      json(signedIn)(request, response)
    })
    const client = createClient({ server: secure.url })
    await client.logIn({ email: 'a@b.example', password: 'correct horse' })
    assert.equal(client.session, 'abc')
  })

  test('a redirect isn’t followed, and what isn’t the API is told', async () => {
    const moved = await scripted((_, response) =>
      response.writeHead(302, { location: 'http://x.example/' }).end(),
    )
    await fails(createClient({ server: moved.url, token: 'npt_x' }).whoAmI(), 302, /302/)
    const page = await scripted((_, response) => response.end('<html>'))
    const problem = await createClient({ server: page.url })
      .whoAmI()
      .catch((error: unknown) => error)
    assert.ok(problem instanceof ApiProblem)
    assert.equal(problem.kind, 'unexpected')
  })
})
