import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openTestStore } from '../../../test/kit/store.ts'
import { newShareSettings } from '../../sharing/change-share.ts'
import { deleteChats, findChat, insertChat, raiseRevision } from './chats.ts'
import { findFile, insertContent, insertFile, readChunk } from './files.ts'
import { appendMessages } from './messages.ts'
import { insertShare } from './shares.ts'
import { takeSnapshot } from './snapshots.ts'
import { lookForFilesSoon, removeUnnamed } from './unnamed-files.ts'
import { findUsage } from './usage.ts'
import { insertUser } from './users.ts'

const DAY = 24 * 60 * 60 * 1000
const { store, remove } = await openTestStore()
after(remove)

async function newUser(): Promise<number> {
  const email = `${crypto.randomUUID()}@example.org`
  const user = await insertUser(store.write, { email, passwordHash: 'hash', verifiedAt: null, now: 1 })
  assert.ok(user)
  return user.id
}

/** A file of an account; the letters of its id are all the same. */
async function addFile(userId: number, letter: string, now = 1): Promise<{ id: string; contentId: number }> {
  const id = letter.repeat(22)
  const bytes = Buffer.alloc(1000, letter)
  const content = { sourceDigest: letter, digest: letter, mediaType: 'text/plain', bytes }
  const contentId = await store.transaction((trx) => insertContent(trx, userId, content, now))
  await insertFile(store.write, { userId, id, contentId, name: letter }, now)
  return { id, contentId }
}

async function addChat(userId: number, content: string): Promise<number> {
  const chat = await insertChat(store.write, { userId, model: 'm', name: 'n', createdAt: 1 })
  await appendMessages(store.write, chat.id, 0, [{ role: 'user', content, createdAt: 1 }])
  await raiseRevision(store.write, chat.id, { messages: 1, bytes: content.length, lastPosition: 1 }, 1)
  return chat.id
}

async function removeAll(now: number): Promise<void> {
  while (await removeUnnamed(store, now));
}

test('a file that no message and no snapshot names is removed after a day, and its bytes with it', async () => {
  const userId = await newUser()
  const [named, frozen, unnamed] = [
    await addFile(userId, 'a'),
    await addFile(userId, 'b'),
    await addFile(userId, 'c'),
  ]
  await addChat(userId, `![a](file:${named.id})`)
  const chatId = await addChat(userId, `[b](file:${frozen.id})`)
  const settings = { ...newShareSettings, isShared: true }
  const shareId = await insertShare(store.write, { chatId, uuid: crypto.randomUUID(), settings, now: 1 })
  const chat = await findChat(store.read, userId, chatId)
  assert.ok(chat)
  await store.transaction((trx) => takeSnapshot(trx, shareId, chat, 1))
  await store.write.deleteFrom('messages').where('chat_id', '=', chatId).execute()

  await removeAll(DAY / 2)
  assert.ok(await findFile(store.read, userId, unnamed.id))
  await removeAll(2 * DAY)
  assert.ok(await findFile(store.read, userId, named.id))
  assert.ok(await findFile(store.read, userId, frozen.id))
  assert.equal(await findFile(store.read, userId, unnamed.id), undefined)
  assert.equal(await readChunk(store.read, unnamed.contentId, 'whole', 0), undefined)
})

test('the files of a chat that is deleted give their room back soon', async () => {
  const userId = await newUser()
  const { id } = await addFile(userId, 'd', 10 * DAY)
  const chatId = await addChat(userId, `![d](file:${id})`)
  await store.transaction(async (trx) => {
    await deleteChats(trx, userId, [chatId], 1)
    await lookForFilesSoon(trx, userId, 10.25 * DAY)
  })
  await removeAll(10.25 * DAY)
  assert.equal((await findUsage(store.read, userId)).bytes, 0)
})

test('bytes that have another name stay', async () => {
  const userId = await newUser()
  const { contentId } = await addFile(userId, 'e')
  const id = 'f'.repeat(22)
  await insertFile(store.write, { userId, id, contentId, name: 'f' }, 1)
  await addChat(userId, `![f](file:${id})`)
  await removeAll(2 * DAY)
  assert.equal(await findFile(store.read, userId, 'e'.repeat(22)), undefined)
  assert.ok(await readChunk(store.read, contentId, 'whole', 0))
})
