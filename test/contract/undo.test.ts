import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { removeAllHere } from '../../src/actions/deletions.ts'
import { createVisitor, expectOk, type Person, signUp } from '../kit/client.ts'
import { expectNotFound, expectRow } from '../kit/refusals.ts'
import { type Chat, type Share, shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'
import { openStoreAt } from '../kit/store.ts'
import { claudeExport, importFile } from '../kit/uploads.ts'

const server = await startServer()
const store = await openStoreAt(server.database.url)
after(async () => {
  await store.close()
  await server.close()
})

const anyone = createVisitor(server.url)
const owner = await signUp(server.url)
const deleteChats = (ids: readonly number[], query = '?undo=true') =>
  owner.send('DELETE', owner.path(`/chats${query}`), { json: { chat_ids: ids } })
const restoreChats = (ids: readonly number[], who: Person = owner) =>
  who.send('POST', who.path('/chats/restore'), { json: { chat_ids: ids } })
const restoreShare = (share: Share) => owner.send('POST', owner.sharePath(share, '/restore'))
const contents = async (chat: Chat) =>
  expectOk(await owner.get(owner.path(`/chats/${chat.id}/messages`)), shapes.messages).chatMessages.map(
    ({ content }) => content,
  )

async function removeDeleted(): Promise<void> {
  const removing = { keep: { bytes: Infinity, ms: Infinity }, now: Date.now }
  await removeAllHere(store, removing, new AbortController().signal)
}

/** Nobody but who deleted it finds anything of it, the owner's own lists included. */
async function expectGone(share: Share): Promise<void> {
  expectRow(await anyone.readShare(share.uuid), 'notFound')
  assert.equal((await owner.get(`/shared/chats/${share.uuid}`)).status, 404)
  const { shares } = expectOk(await owner.get(owner.path('/shares')), shapes.shares)
  assert.ok(shares.every(({ id }) => id !== share.id))
}

describe('chats that were deleted to be had back', () => {
  test('are gone for readers at once, and back with their links when their owner takes it back', async () => {
    const chat = await owner.createChat()
    const share = await owner.share(chat, { snapshot: true })
    const before = await contents(chat)
    assert.equal((await deleteChats([chat.id])).status, 200)
    await expectGone(share)
    expectNotFound(await owner.get(owner.path(`/chats/${chat.id}`)), 'Chat not found')
    await removeDeleted()

    assert.equal((await restoreChats([chat.id])).status, 200)
    assert.deepEqual(await contents(chat), before)
    assert.equal((await anyone.readShare(share.uuid)).status, 200)
    assert.equal((await owner.findShare(share)).snapshot_at, share.snapshot_at)
    expectNotFound(await restoreChats([chat.id]), 'Chat not found')
  })

  test('come back with their files, which are there as long as they', async () => {
    const chat = await owner.createChat()
    const sent = await owner.send('POST', owner.path(`/chats/${chat.id}/files?name=moons.txt`), {
      body: 'Triton and Nereid',
      headers: { 'content-type': 'text/plain' },
    })
    const { file } = expectOk(sent, shapes.file)
    await owner.addMessages(chat, [{ role: 'user', content: file.markdown }])
    const path = owner.path(`/chats/${chat.id}/files/${file.id}`)
    const lookForFiles = async () => {
      await store.write.updateTable('files').set({ looked_for_at: 0, created_at: 0 }).execute()
      await removeDeleted()
    }
    await deleteChats([chat.id])
    await lookForFiles()
    await restoreChats([chat.id])
    assert.equal((await owner.get(path)).text, 'Triton and Nereid')
    await deleteChats([chat.id], '')
    await lookForFiles()
    assert.deepEqual(await store.read.selectFrom('file_contents').select('id').execute(), [])
  })

  test('are had back by nobody else, and all or none', async () => {
    const [kept, other] = [await owner.createChat(), await owner.createChat()]
    const stranger = await signUp(server.url)
    await deleteChats([kept.id, other.id])
    expectNotFound(await restoreChats([kept.id], stranger), 'Chat not found')
    expectNotFound(await restoreChats([kept.id, 999_999]), 'Chat not found')
    assert.equal((await restoreChats([kept.id])).status, 200)
    assert.equal((await restoreChats([other.id])).status, 200)
    assert.equal((await contents(other)).length, 2)
  })

  test('are gone for good without that wish, and once the time is over', async () => {
    const [plain, late] = [await owner.createChat(), await owner.createChat()]
    await deleteChats([plain.id], '')
    expectNotFound(await restoreChats([plain.id]), 'Chat not found')
    await deleteChats([late.id])
    await store.write
      .updateTable('deleted_users')
      .set({ restorable_until: Date.now() - 120_000 })
      .execute()
    expectNotFound(await restoreChats([late.id]), 'Chat not found')
    await removeDeleted()
    const left = await store.read.selectFrom('messages').select('id').where('chat_id', '=', late.id).execute()
    assert.deepEqual(left, [])
  })

  test('are known again when they are imported again', async () => {
    const file = claudeExport([{ id: 'tides', messages: [{ role: 'user', content: 'Why?' }] }])
    const ids = (await importFile(owner, file)).chats.map(({ id }) => id)
    await deleteChats(ids)
    assert.equal((await restoreChats(ids)).status, 200)
    assert.equal((await importFile(owner, file)).counts.unchanged, 1)
  })
})

const deleteShare = (share: Share) => owner.send('DELETE', owner.sharePath(share, '?undo=true'))

describe('a link that was deleted to be had back', () => {
  test('is dead at once, and has its rules, list and views when it is back', async () => {
    const share = await owner.share(await owner.createChat(), {
      password: 'sesame',
      emails: ['a@example.org'],
    })
    await owner.changeShare(share, { emails: [] })
    await anyone.readShare(share.uuid, 'sesame')
    const before = await owner.findShare(share)
    assert.equal((await deleteShare(share)).status, 200)
    await expectGone(share)
    const { share: restored } = expectOk(await restoreShare(share), shapes.share)
    assert.deepEqual(restored, { ...before, updated_at: restored.updated_at })
    assert.equal((await anyone.readShare(share.uuid)).status, 401)
    assert.equal((await anyone.readShare(share.uuid, 'sesame')).status, 200)
  })

  test('stays dead where its chat has another link by now, or is gone', async () => {
    const chat = await owner.createChat()
    const share = await owner.share(chat)
    await deleteShare(share)
    const next = await owner.share(chat)
    const answer = await restoreShare(share)
    assert.equal(answer.status, 409)
    expectRow(await anyone.readShare(share.uuid), 'notFound')
    await owner.send('DELETE', owner.sharePath(next))
    await deleteChats([chat.id], '')
    expectNotFound(await restoreShare(share), 'Chat not found')
  })
})
