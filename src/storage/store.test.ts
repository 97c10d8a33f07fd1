import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { openTestStore } from '../../test/kit/store.ts'
import { newShareSettings } from '../sharing/change-share.ts'
import { type BodySource, findBody, keepBody } from './queries/bodies.ts'
import {
  deleteChats,
  findChat,
  findChatForChange,
  insertChat,
  listChats,
  raiseRevision,
} from './queries/chats.ts'
import { deleteMessagesAfter } from './queries/deletions.ts'
import { insertMessages, listMessages } from './queries/messages.ts'
import { insertProof } from './queries/mail/reader-proofs.ts'
import { type FoundReader, findReader } from './queries/readers.ts'
import { findSession, insertSession } from './queries/sessions.ts'
import { addViews, claimView, insertShare, replaceUuid, updateShare } from './queries/shares.ts'
import {
  findLaneLevel,
  findTries,
  giveTryBack,
  raiseLane,
  takeSlot,
  takeTry,
  visitorTries,
} from './queries/tries.ts'
import { insertUnlock } from './queries/unlocks.ts'
import { deleteUser, insertUser } from './queries/users.ts'
import { addEntries, listEntries, replaceEntries } from './queries/whitelist.ts'

const { store, remove } = await openTestStore()
after(remove)

const MINUTE = 60_000
let accounts = 0

async function newUser(): Promise<number> {
  const email = `reader-${++accounts}@example.org`
  const user = await insertUser(store.write, { email, passwordHash: 'hash', verifiedAt: null, now: 1 })
  assert.ok(user)
  return user.id
}

async function newChat(userId: number, name = 'Moons'): Promise<number> {
  return (await insertChat(store.write, { userId, model: 'triton-1', name, createdAt: 1 })).id
}

async function newShare(maxViews: number | null = null): Promise<{ id: number; uuid: string }> {
  const chatId = await newChat(await newUser())
  const uuid = crypto.randomUUID()
  const settings = { ...newShareSettings, isShared: true, maxViews }
  return { id: await insertShare(store.write, { chatId, uuid, settings, now: 1 }), uuid }
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text))
}

async function openShare(uuid: string): Promise<FoundReader | undefined> {
  return findReader(store, { uuid, tokenHash: undefined, readerHash: undefined, address: undefined }, 1)
}

function countedViews(found: FoundReader | undefined): number | undefined {
  return found && found.share.viewCount - found.share.lateViewCount
}

test('names are sorted by their bytes, the same on every database', async () => {
  const userId = await newUser()
  const names = ['b', 'a', 'B', 'A', 'ä', 'Z', '_', '1', 'a b', 'ab', '\u{1F30A}', '\uFFFD']
  for (const name of names) await newChat(userId, name)
  const listed = await listChats(store.read, userId, [{ column: 'name', direction: 'asc' }])
  const byBytes = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  assert.deepEqual(
    listed.map(({ name }) => name),
    byBytes,
  )
})

test('others read while many messages of a chat that stays are deleted, and see all of them or none', async () => {
  const chatId = await newChat(await newUser())
  const messages = Array.from({ length: 6000 }, (_, index) => ({
    role: 'user' as const,
    content: `message ${index}`,
    createdAt: 1,
  }))
  const [first] = await insertMessages(store.write, chatId, 0, messages)
  assert.ok(first)
  const ended = new AbortController()
  const deleting = store
    .transaction((trx) => deleteMessagesAfter(trx, chatId, first.id))
    .finally(() => ended.abort())
  const seen: number[] = []
  while (!ended.signal.aborted) {
    await nextTurn()
    seen.push(await countMessages(chatId))
  }
  await deleting
  assert.equal(await countMessages(chatId), 1)
  for (const count of seen) assert.ok(count === 6000 || count === 1, `${count} messages`)
  assert.ok(seen.length > 4, `${seen.length} reads`)
})

async function countMessages(chatId: number): Promise<number> {
  const { count } = await store.read
    .selectFrom('messages')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('chat_id', '=', chatId)
    .executeTakeFirstOrThrow()
  return count
}

test('times, counts and sums come back as numbers', async () => {
  const userId = await newUser()
  const now = Date.parse('2100-01-01T00:00:00Z')
  const { id } = await insertChat(store.write, { userId, model: 'm', name: 'n', createdAt: now })
  await raiseRevision(store.write, id, { messages: 2, bytes: 5_000_000_000, lastPosition: 2 }, now)
  const chat = await findChat(store.read, userId, id)
  assert.deepEqual(chat, {
    id,
    userId,
    model: 'm',
    name: 'n',
    revision: chat?.revision,
    messageCount: 2,
    contentBytes: 5_000_000_000,
    lastPosition: 2,
    createdAt: now,
    updatedAt: now,
  })
})

test('messages that many writers add at once stand one after another, none lost', async () => {
  const userId = await newUser()
  const chatId = await newChat(userId)
  const add = (writer: number) =>
    store.transaction(async (trx) => {
      const chat = await findChatForChange(store, trx, userId, chatId)
      assert.ok(chat)
      const messages = [1, 2, 3].map((part) => ({
        role: 'user' as const,
        content: `${writer}.${part}`,
        createdAt: 1,
      }))
      await insertMessages(trx, chatId, chat.lastPosition, messages)
      const lastPosition = chat.lastPosition + messages.length
      await raiseRevision(trx, chatId, { messages: messages.length, bytes: 9, lastPosition }, 1)
    })
  await Promise.all(Array.from({ length: 20 }, (_, writer) => add(writer)))

  const texts = (await listMessages(store.read, chatId)).map(({ content }) => content)
  assert.equal(texts.length, 60)
  for (let start = 0; start < texts.length; start += 3) {
    const writer = texts[start]?.split('.')[0]
    assert.deepEqual(texts.slice(start, start + 3), [`${writer}.1`, `${writer}.2`, `${writer}.3`])
  }
  const { messageCount, contentBytes } = (await findChat(store.read, userId, chatId)) ?? {}
  assert.deepEqual({ messageCount, contentBytes }, { messageCount: 60, contentBytes: 180 })
})

test('ten thousand chats can be deleted at once', async () => {
  const userId = await newUser()
  const kept = await newChat(userId)
  const gone = await newChat(userId)
  const ids = [gone, ...Array.from({ length: 9_999 }, (_, index) => 2_000_000_000 + index)]
  assert.equal(await store.transaction((trx) => deleteChats(trx, userId, ids, 1)), 1)
  assert.deepEqual(
    (await listChats(store.read, userId, [])).map(({ id }) => id),
    [kept],
  )
})

test('an account takes its sessions, chats and shares with it', async () => {
  const userId = await newUser()
  const chatId = await newChat(userId)
  const uuid = crypto.randomUUID()
  await insertShare(store.write, { chatId, uuid, settings: newShareSettings, now: 1 })
  const tokenHash = crypto.randomUUID()
  await insertSession(store.write, { tokenHash, userId, now: 1, expiresAt: 9 })
  assert.equal(await store.transaction((trx) => deleteUser(trx, userId, 1)), true)
  assert.equal(await openShare(uuid), undefined)
  assert.equal(await findSession(store, tokenHash), undefined)
})

test('what breaks a rule of the schema is told apart', async () => {
  const userId = await newUser()
  const tokenHash = crypto.randomUUID()
  await insertSession(store.write, { tokenHash, userId, now: 1, expiresAt: 9 })
  const { dialect } = store
  await assert.rejects(insertSession(store.write, { tokenHash, userId, now: 1, expiresAt: 9 }), (error) =>
    dialect.isUniqueViolation(error),
  )
  await assert.rejects(
    insertSession(store.write, { tokenHash: 'other', userId: 2_000_000_000, now: 1, expiresAt: 9 }),
    (error) => dialect.isForeignKeyViolation(error) && !dialect.isUnavailable(error),
  )
})

test('a limited share hands out exactly as many views as it has, however many ask at once', async () => {
  const { id, uuid } = await newShare(7)
  const claims = await Promise.all(Array.from({ length: 40 }, () => claimView(store.write, { id, uuid }, 1)))
  assert.equal(claims.filter(Boolean).length, 7)
  assert.equal(countedViews(await openShare(uuid)), 7)
})

test('a limited view is handed out only of the link that was asked for, and only while it is open', async () => {
  const { id, uuid } = await newShare(7)
  const claim = (now: number, of = uuid) => claimView(store.write, { id, uuid: of }, now)
  const limited = { ...newShareSettings, maxViews: 7 }
  assert.equal(await claim(1, crypto.randomUUID()), false)
  await updateShare(store.write, id, { ...limited, isShared: false }, 1)
  assert.equal(await claim(1), false)
  await updateShare(store.write, id, { ...limited, expiresAt: 5 }, 1)
  assert.equal(await claim(5), false)
  assert.equal(countedViews(await openShare(uuid)), 0)
  assert.equal(await claim(4), true)
})

test('who had unlocked a share has not unlocked it under a new link', async () => {
  const { id, uuid } = await newShare()
  const tokenHash = crypto.randomUUID()
  await insertSession(store.write, { tokenHash, userId: await newUser(), now: 1, expiresAt: MINUTE })
  await insertUnlock(store.write, { tokenHash, shareId: id, unlockVersion: 1, expiresAt: MINUTE })
  const hasUnlocked = async (name: string) =>
    (await findReader(store, { uuid: name, tokenHash, readerHash: undefined, address: undefined }, 1))
      ?.hasUnlocked
  assert.equal(await hasUnlocked(uuid), true)
  const another = crypto.randomUUID()
  await replaceUuid(store.write, id, another, 2)
  assert.equal(await hasUnlocked(another), false)
})

test('views written after a limit was set never count against it', async () => {
  const { id, uuid } = await newShare()
  await addViews(store.counters, id, 3, 1)
  await updateShare(store.write, id, { ...newShareSettings, isShared: true, maxViews: 5 }, 1)
  await addViews(store.counters, id, 4, 1)
  assert.equal(countedViews(await openShare(uuid)), 3)
})

test('a visitor has exactly as many tries as the limit, however many come at once, and new ones later', async () => {
  const subject = crypto.randomUUID()
  const limit = { limit: 10, windowMs: 15 * MINUTE }
  const taken = await Promise.all(Array.from({ length: 30 }, () => takeTry(store, subject, limit, 1000)))
  assert.equal(taken.filter(Boolean).length, 10)
  assert.deepEqual(await findTries(store, subject, limit, 1000), { count: 10, expiresAt: 1000 + 15 * MINUTE })
  await giveTryBack(store, subject)
  assert.equal((await findTries(store, subject, limit, 1000)).count, 9)
  const later = 1000 + 15 * MINUTE
  assert.equal((await findTries(store, subject, limit, later)).count, 0)
  assert.equal(await takeTry(store, subject, limit, later), true)
  assert.equal((await findTries(store, subject, limit, later)).count, 1)
})

test('what a clock that ran ahead has written limits nobody once it is right again', async () => {
  const DAY = 24 * 60 * MINUTE
  const subject = crypto.randomUUID()
  const limit = { limit: 2, windowMs: 15 * MINUTE }
  for (let count = 0; count < 2; count++) await takeTry(store, subject, limit, DAY)
  assert.equal((await findTries(store, subject, limit, 1000)).count, 0)
  assert.equal(await takeTry(store, subject, limit, 1000), true)
  assert.deepEqual(await findTries(store, subject, limit, 1000), { count: 1, expiresAt: 1000 + 15 * MINUTE })

  const lane = crypto.randomUUID()
  const slots = { intervalMs: 200, longestWaitMs: 1000 }
  await takeSlot(store, lane, slots, DAY)
  assert.equal(await takeSlot(store, lane, slots, 1000), 0)
  assert.equal(await takeSlot(store, lane, slots, 1000), 200)

  const filled = crypto.randomUUID()
  for (let count = 0; count < 40; count++) await raiseLane(store, filled, 30, DAY)
  assert.equal(await findLaneLevel(store, filled, 30, 1000), 0)
  await raiseLane(store, filled, 30, 1000)
  assert.equal(await findLaneLevel(store, filled, 30, 1000), 1)
})

test('a lane fills with wrong tries, to a most, and drains with time', async () => {
  const subject = crypto.randomUUID()
  const level = (now: number) => findLaneLevel(store, subject, 30, now)
  for (let count = 0; count < 30; count++) await raiseLane(store, subject, 30, 0)
  assert.equal(await level(0), 30)
  assert.equal(await level(MINUTE / 2), 15)
  await raiseLane(store, subject, 30, 1000)
  assert.equal(await level(1000), 30.5)
  for (let count = 0; count < 60; count++) await raiseLane(store, subject, 30, 1000)
  assert.equal(await level(1000), 60)
})

test('slots are handed out one interval after another, and not beyond the longest wait', async () => {
  const subject = crypto.randomUUID()
  const slots = { intervalMs: 200, longestWaitMs: 500 }
  const waits = []
  for (let count = 0; count < 5; count++) waits.push(await takeSlot(store, subject, slots, 10_000))
  assert.deepEqual(waits, [0, 200, 400, undefined, undefined])
})

test('finished bytes are kept for the revision that they are of, and for no other', async () => {
  const userId = await newUser()
  const chatId = await newChat(userId)
  const present = async () => {
    const revision = (await findChat(store.read, userId, chatId))?.revision ?? ''
    return { kind: 'chat', id: chatId, chatId, revision, size: 1 } as const
  }
  const keep = (source: BodySource, text: string) =>
    keepBody(store, source, 'json.1', { bytes: bytes(text), at: 1 })
  const kept = async (source: BodySource) => {
    const found = await findBody(store, source, 'json.1')
    return found && Buffer.from(found).toString()
  }
  const first = await present()
  await keep(first, 'first')
  assert.equal(await kept(first), 'first')
  await raiseRevision(store.write, chatId, { messages: 1, bytes: 1 }, 1)
  assert.equal(await kept(first), undefined, 'what was deleted does not linger')
  await keep(first, 'late')
  assert.equal(await kept(first), undefined, 'nothing is kept for a revision that is gone')
  const second = await present()
  assert.notEqual(second.revision, first.revision)
  await keep(second, 'second')
  await keep(second, 'the same again')
  assert.equal(await kept(second), 'second')
  assert.equal(await findBody(store, second, 'json.2'), undefined, 'another version is another format')
})

test('a whitelist keeps the entries that stay, whatever is added twice', async () => {
  const { id } = await newShare()
  await addEntries(store.write, id, ['a@x.org', 'b@x.org'], 1)
  await addEntries(store.write, id, ['b@x.org', 'c@x.org'], 2)
  const before = await listEntries(store.read, id)
  assert.deepEqual(
    before.map(({ email }) => email),
    ['a@x.org', 'b@x.org', 'c@x.org'],
  )
  await replaceEntries(store.write, id, ['c@x.org', 'd@x.org'], 3)
  const kept = (await listEntries(store.read, id)).find(({ email }) => email === 'c@x.org')
  assert.deepEqual(
    kept,
    before.find(({ email }) => email === 'c@x.org'),
  )
  await replaceEntries(store.write, id, [], 4)
  assert.deepEqual(await listEntries(store.read, id), [])
})

test('among many who ask for shares at once, each gets what is theirs', async () => {
  const now = 1000
  const shares = await Promise.all([newShare(), newShare(), newShare(5)])
  const [open, listed, tried] = shares
  const users: Record<string, number> = { listed: await newUser(), other: await newUser() }
  for (const [tokenHash, userId] of Object.entries(users)) {
    await insertSession(store.write, { tokenHash, userId, now, expiresAt: 2000 })
  }
  const email = (await findSession(store, 'listed'))?.email ?? ''
  await addEntries(store.write, listed.id, [email], now)
  await takeTry(store, visitorTries(tried.id, '203.0.113.7'), { limit: 10, windowMs: 1000 }, now)

  // A browser that has proved two emails: one by its domain's entry, and one a while ago.
  const proof = { tokenHash: 'reader', now, formerHash: undefined }
  await insertProof(store.write, { ...proof, email: 'old@x.org', expiresAt: now })
  const renewed = { ...proof, tokenHash: 'browser', formerHash: 'reader' }
  await insertProof(store.write, { ...renewed, email: 'ada@reader.example', expiresAt: 2000 })
  await insertProof(store.write, { ...proof, tokenHash: 'browser', email: 'gone@x.org', expiresAt: now })
  await addEntries(store.write, listed.id, ['@reader.example'], now)

  const uuids = [open.uuid, listed.uuid, tried.uuid, crypto.randomUUID()]
  const asked = uuids.flatMap((uuid) =>
    ['listed', 'other', "un'known", undefined].flatMap((tokenHash) =>
      ['203.0.113.7', '203.0.113.8', '2001:db8::/64', undefined].flatMap((address) =>
        ['browser', 'reader', undefined].map((readerHash) => ({ uuid, tokenHash, readerHash, address })),
      ),
    ),
  )
  const twice = [...asked, ...asked]
  const together = await Promise.all(twice.map(async (brought) => findReader(store, brought, now)))
  for (const [index, found] of together.entries()) {
    const { uuid = '', tokenHash, readerHash, address } = twice[index] ?? {}
    const share = shares.find((one) => one.uuid === uuid)
    assert.equal(found?.share.id, share?.id)
    if (!found) continue
    assert.equal(found.share.uuid, uuid)
    assert.equal(found.session?.userId, tokenHash && users[tokenHash])
    const own = uuid === listed.uuid && tokenHash === 'listed' ? [email] : []
    const proved = uuid === listed.uuid && readerHash === 'browser' ? ['@reader.example'] : []
    assert.deepEqual(found.share.whitelist, [...own, ...proved])
    assert.deepEqual(found.provedEmails, readerHash === 'browser' ? ['ada@reader.example'] : [])
    const tries = uuid === tried.uuid && address === '203.0.113.7' ? 1 : 0
    assert.equal(found.tries?.count, address === undefined ? undefined : tries)
  }
})
