import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fromHere } from '../../../test/kit/origin.ts'
import { openTestStore } from '../../../test/kit/store.ts'
import { readConfig } from '../../start/config.ts'
import { createContext } from '../../start/open-context.ts'
import { newShareSettings } from '../../sharing/change-share.ts'
import { insertChat, listChats, raiseRevision } from '../../storage/queries/chats.ts'
import { appendMessages } from '../../storage/queries/messages.ts'
import { findReader } from '../../storage/queries/readers.ts'
import { insertShare } from '../../storage/queries/shares.ts'
import { insertUser } from '../../storage/queries/users.ts'
import { copyShare } from './copy-share.ts'

const { store, remove } = await openTestStore()
const context = createContext(readConfig({}), store, () => undefined)
after(async () => {
  await context.renderer.close()
  await remove()
})

async function newUser(email: string): Promise<number> {
  const user = await insertUser(store.write, { email, passwordHash: 'hash', verifiedAt: null, now: 1 })
  assert.ok(user)
  return user.id
}

async function newShare(maxViews: number): Promise<string> {
  const userId = await newUser(`${crypto.randomUUID()}@example.org`)
  const chat = await insertChat(store.write, { userId, model: 'triton-1', name: 'Moons', createdAt: 1 })
  const content = 'Where is Triton?'
  await appendMessages(store.write, chat.id, 0, [{ role: 'user', content, createdAt: 1, updatedAt: 1 }])
  await raiseRevision(store.write, chat.id, { messages: 1, bytes: content.length, lastPosition: 1 }, 1)
  const uuid = crypto.randomUUID()
  const settings = { ...newShareSettings, isShared: true, maxViews }
  await insertShare(store.write, { chatId: chat.id, uuid, settings, now: 1 })
  return uuid
}

async function countedViews(uuid: string): Promise<number | undefined> {
  const found = await findReader(
    store,
    { uuid, tokenHash: undefined, readerHash: undefined, address: undefined },
    1,
  )
  return found?.share.viewCount
}

function copyFor(userId: number, uuid: string): ReturnType<typeof copyShare> {
  const session = { tokenHash: 'hash', userId, email: 'reader@example.org', isVerified: true }
  const proofs = {
    session,
    tokenHash: undefined,
    readerHash: undefined,
    unlockToken: undefined,
    password: undefined,
    from: fromHere,
  }
  return copyShare(context, uuid, proofs, new AbortController().signal)
}

test('a copy that cannot be stored uses up no view', async () => {
  const uuid = await newShare(1)
  // The account was deleted in the same moment.
  await assert.rejects(copyFor(2_000_000_000, uuid), { name: 'Refusal' })
  assert.equal(await countedViews(uuid), 0)
  const reader = await newUser('reader@example.org')
  const { decision, copy } = await copyFor(reader, uuid)
  assert.equal(decision.outcome, 'show')
  assert.equal(copy?.name, 'Moons')
  assert.equal(await countedViews(uuid), 1)
})

test('of many copies at once as many are made as there are views, and nothing is left of the others', async () => {
  const uuid = await newShare(3)
  const readers = await Promise.all(
    Array.from({ length: 8 }, (_, index) => newUser(`many-${index}@example.org`)),
  )
  const copies = await Promise.all(readers.map((reader) => copyFor(reader, uuid)))
  assert.equal(copies.filter(({ copy }) => copy !== undefined).length, 3)
  assert.deepEqual(
    copies.filter(({ copy }) => copy === undefined).map(({ decision }) => decision.outcome),
    Array.from({ length: 5 }, () => 'inactive'),
  )
  const stored = await Promise.all(readers.map((reader) => listChats(store.read, reader, [])))
  assert.equal(stored.flat().length, 3)
})
