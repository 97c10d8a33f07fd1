import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { openTestStore } from '../../test/kit/store.ts'
import { newShareSettings } from '../sharing/change-share.ts'
import { gatheredQuestions } from './gathered-questions.ts'
import { findReadableChat, insertChat } from './queries/chats.ts'
import { insertMessages, listFewMessages } from './queries/messages.ts'
import { findReader } from './queries/readers.ts'
import { findSession, insertSession } from './queries/sessions.ts'
import { findShareStatuses, insertShare, updateShare } from './queries/shares.ts'
import { insertUser } from './queries/users.ts'

test('what is asked while the same is under way is asked anew', async () => {
  const sent: PromiseWithResolvers<readonly [readonly string[]]>[] = []
  const ask = gatheredQuestions(['uuid'], { together: 9, underWay: 9 }, () => {
    const answer = Promise.withResolvers<readonly [readonly string[]]>()
    sent.push(answer)
    return answer.promise
  })
  const together = [ask({ uuid: 'a' }), ask({ uuid: 'a' })]
  await nextTurn()
  const later = ask({ uuid: 'a' })
  await nextTurn()
  assert.equal(sent.length, 2)
  sent[1]?.resolve([['paused']])
  sent[0]?.resolve([['active']])
  assert.deepEqual(await Promise.all([...together, later]), [['active'], ['active'], ['paused']])
})

const MINUTE = 60_000

for (const gathers of ['on', 'off']) {
  describe(`where readers ask at the same time, with gather_reads=${gathers}`, async () => {
    const { store, remove } = await openTestStore(`?gather_reads=${gathers}`)
    after(remove)
    let accounts = 0

    async function newShare() {
      const nth = ++accounts
      const email = `owner-${nth}@example.org`
      const user = await insertUser(store.write, { email, passwordHash: 'hash', verifiedAt: 1, now: 1 })
      assert.ok(user)
      const { id: chatId } = await insertChat(store.write, {
        userId: user.id,
        model: 'triton-1',
        name: `Chat ${nth}`,
        createdAt: 1,
      })
      const tokenHash = `token ${nth}`
      await insertSession(store.write, { tokenHash, userId: user.id, now: 1, expiresAt: Date.now() + MINUTE })
      const messages = ['asks', 'answers'].map((verb) => ({
        role: 'user' as const,
        content: `${nth} ${verb}`,
        createdAt: 1,
      }))
      await insertMessages(store.write, chatId, 0, messages)
      const uuid = crypto.randomUUID()
      const settings = { ...newShareSettings, isShared: true }
      const id = await insertShare(store.write, { chatId, uuid, settings, now: 1 })
      return { nth, id, uuid, chatId, userId: user.id, email, tokenHash, settings }
    }

    const find = async (uuid: string, tokenHash?: string) =>
      findReader(store, { uuid, tokenHash, readerHash: undefined, address: undefined }, Date.now())

    test('each gets the answer to their own question', async () => {
      const shares = await Promise.all(Array.from({ length: 40 }, newShare))
      const [first, second] = shares
      assert.ok(first && second)
      const answers = await Promise.all([
        ...shares.map(async ({ uuid }) => (await find(uuid))?.share.id),
        ...shares.map(async () => (await find(first.uuid))?.share.id),
        find(crypto.randomUUID()),
        ...shares.map(async ({ tokenHash }) => (await find(first.uuid, tokenHash))?.session?.email),
        ...shares.map(async ({ tokenHash }) => (await findSession(store, tokenHash))?.userId),
        findSession(store, 'none'),
        ...shares.map(async ({ userId, chatId }) => (await findShareStatuses(store, userId, chatId))?.length),
        findShareStatuses(store, first.userId, second.chatId),
        ...shares.map(async ({ chatId }) => (await findReadableChat(store, chatId))?.name),
        ...shares.map(async ({ chatId }) =>
          (await listFewMessages(store, chatId))?.map(({ content }) => content),
        ),
      ])
      assert.deepEqual(answers, [
        ...shares.map(({ id }) => id),
        ...shares.map(() => first.id),
        undefined,
        ...shares.map(({ email }) => email),
        ...shares.map(({ userId }) => userId),
        undefined,
        ...shares.map(() => 1),
        undefined,
        ...shares.map(({ nth }) => `Chat ${nth}`),
        ...shares.map(({ nth }) => [`${nth} asks`, `${nth} answers`]),
      ])
    })

    test('nobody who asks after a share was paused is told that it is active', async () => {
      const share = await newShare()
      for (let round = 0; round < 50; round++) {
        await updateShare(store.write, share.id, { ...share.settings, isShared: true }, Date.now())
        let isPaused = false
        const told: Promise<void>[] = []
        const ask = async (): Promise<void> => {
          const askedAfterPause = isPaused
          const found = await find(share.uuid)
          assert.ok(found)
          if (askedAfterPause) assert.equal(found.share.isShared, false)
        }
        const readers = Array.from({ length: 4 }, async () => {
          for (let turn = 0; turn < 10; turn++) {
            told.push(ask(), ask())
            await nextTurn()
          }
        })
        await find(share.uuid)
        await updateShare(store.write, share.id, { ...share.settings, isShared: false }, Date.now())
        isPaused = true
        told.push(ask())
        await Promise.all(readers)
        await Promise.all(told)
      }
    })
  })
}
