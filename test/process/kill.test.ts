import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVisitor, expectOk, signUp, type Person } from '../kit/client.ts'
import { shapes } from '../kit/shapes.ts'
import { restartServer, startServer, type Server } from '../kit/start-server.ts'

/**
 * The server is killed (SIGKILL) in the middle of a stream of writes, again and again. Whatever was
 * answered with 200 must be there after the restart, and nothing may be there by half.
 */

const rounds = 6
const batchSize = 20

/** What one client was told before the server was killed. */
type Ledger = {
  /** Batches of messages by their mark; true once they were acknowledged. */
  readonly batches: Map<string, boolean>
  /** Names of chats that were acknowledged. */
  readonly chats: Set<string>
  /** Emails of accounts that were acknowledged. */
  readonly accounts: Set<string>
  /** The last acknowledged content of the message that is changed over and over, and what was tried since. */
  readonly edits: { acknowledged: string; readonly tried: Set<string> }
  /** Views of a limited share that were shown. */
  views: number
}

const password = 'correct horse battery'

async function writeUntilKilled(server: Server, owner: Person, ledger: Ledger, round: number): Promise<void> {
  const visitor = createVisitor(server.url)
  const person = resume(owner, server)
  const chat = await person.createChat([], `log of round ${round}`)
  ledger.chats.add(chat.name)
  const [edited] = await person.addMessages(chat, [{ content: 'edit 0', role: 'user' }])
  ledger.edits.acknowledged = 'edit 0'
  ledger.edits.tried.clear()
  const limited = await person.share(await person.createChat([], `limited ${round}`), {
    max_views: 1_000_000,
  })
  ledger.views = 0

  const kill = new AbortController()
  const enough = Promise.withResolvers<void>()
  let written = 0
  const until = async (step: (i: number) => Promise<void>) => {
    for (let i = 1; !kill.signal.aborted; i++) {
      await step(i)
      written += 1
      if (written >= 20 + 7 * round) enough.resolve()
    }
  }
  const writers = [
    until(async (i) => {
      const mark = `${round}-${i}`
      ledger.batches.set(mark, false)
      const messages = Array.from({ length: batchSize }, (_, n) => ({
        content: `${mark} ${n}`,
        role: 'user' as const,
      }))
      await person.addMessages(chat, messages)
      ledger.batches.set(mark, true)
    }),
    until(async (i) => {
      const { name } = await person.createChat([], `chat ${round}-${i}`)
      ledger.chats.add(name)
    }),
    until(async (i) => {
      const content = `edit ${i}`
      ledger.edits.tried.add(content)
      const path = person.path(`/chats/${chat.id}/messages/${edited?.id}`)
      expectOk(await person.send('PATCH', path, { json: { content } }), shapes.message)
      ledger.edits.acknowledged = content
      ledger.edits.tried.clear()
    }),
    until(async () => {
      expectOk(await visitor.readShare(limited.uuid), shapes.sharedChat)
      ledger.views += 1
    }),
    until(async (i) => {
      const email = `round-${round}-${i}@example.org`
      const answer = await createVisitor(server.url).send('POST', '/api/auth/sign-up', {
        json: { email, password },
      })
      expectOk(answer, shapes.signedIn)
      ledger.accounts.add(email)
    }),
  ]
  const stopped = Promise.allSettled(writers)
  // A writer that fails before the kill must end the wait too.
  await Promise.race([enough.promise, stopped])
  await server.kill()
  kill.abort()
  await stopped
}

/** The same person, with the same session, at a server that has been started again. */
function resume(person: Person, server: Server): Person {
  const visitor = createVisitor(server.url)
  for (const [name, value] of person.cookies) visitor.cookies.set(name, value)
  const send: Person['send'] = (...question) => visitor.send(...question)
  const get: Person['get'] = (...question) => visitor.get(...question)
  return {
    ...person,
    ...visitor,
    createChat: async (_, name = '') => {
      const answer = await send('POST', person.path('/chats'), { json: { model: 'm', name } })
      return expectOk(answer, shapes.chat).chat
    },
    addMessages: async (chat, messages) => {
      const answer = await send('POST', person.path(`/chats/${chat.id}/messages`), { json: { messages } })
      return expectOk(answer, shapes.messages).chatMessages
    },
    share: async (chat, body = {}) => {
      const answer = await send('POST', person.path(`/chats/${chat.id}/shares`), { json: body })
      return expectOk(answer, shapes.share).share
    },
    findShare: async (share) => {
      const { shares } = expectOk(await get(person.path('/shares')), shapes.shares)
      const found = shares.find(({ id }) => id === share.id)
      assert.ok(found)
      return found
    },
  }
}

async function expectLedgerKept(server: Server, owner: Person, ledger: Ledger, round: number): Promise<void> {
  const person = resume(owner, server)
  const { chats } = expectOk(await person.get(person.path('/chats')), shapes.chats)
  const names = new Map(chats.map((chat) => [chat.name, chat]))
  for (const name of ledger.chats) assert.ok(names.has(name), `${name} was acknowledged and is gone`)

  const log = names.get(`log of round ${round}`)
  const list = await person.get(person.path(`/chats/${log?.id}/messages`))
  const contents = expectOk(list, shapes.messages).chatMessages.map(({ content }) => content)
  const edit = contents.shift() ?? ''
  const { acknowledged, tried } = ledger.edits
  assert.ok(
    edit === acknowledged || tried.has(edit),
    `the message says ${edit} after ${acknowledged} was acknowledged`,
  )
  const stored = new Map<string, number>()
  for (const content of contents) {
    const [mark = ''] = content.split(' ')
    stored.set(mark, (stored.get(mark) ?? 0) + 1)
  }
  for (const [mark, count] of stored) assert.equal(count, batchSize, `batch ${mark} is there by half`)
  for (const [mark, done] of ledger.batches) {
    if (done && mark.startsWith(`${round}-`))
      assert.ok(stored.has(mark), `batch ${mark} was acknowledged and is gone`)
  }

  const { shares } = expectOk(await person.get(person.path('/shares')), shapes.shares)
  const limited = shares.find(({ chat_conversation_id: id }) => id === names.get(`limited ${round}`)?.id)
  const counted = limited?.view_count ?? 0
  assert.ok(
    counted >= ledger.views && counted <= ledger.views + 1,
    `${counted} views for ${ledger.views} shown`,
  )

  for (const email of ledger.accounts) {
    const answer = await createVisitor(server.url).send('POST', '/api/auth/sign-up', {
      json: { email, password },
    })
    assert.equal(answer.status, 409, `${email} was acknowledged and is gone`)
  }
}

test(`what was acknowledged outlives ${rounds} kills in the middle of writes, and nothing is there by half`, async () => {
  let server = await startServer()
  try {
    const owner = await signUp(server.url)
    for (let round = 1; round <= rounds; round++) {
      const ledger: Ledger = {
        batches: new Map(),
        chats: new Set(),
        accounts: new Set(),
        edits: { acknowledged: '', tried: new Set() },
        views: 0,
      }
      await writeUntilKilled(server, owner, ledger, round)
      server = await restartServer(server)
      await expectLedgerKept(server, owner, ledger, round)
      assert.ok([...ledger.batches.values()].some(Boolean), 'the server was killed before its work')
    }
  } finally {
    await server.close()
  }
})
