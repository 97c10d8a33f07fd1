import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openTestStore } from '../kit/store.ts'
import { insertChat, raiseRevision } from '../../src/storage/queries/chats.ts'
import { insertContent } from '../../src/storage/queries/files.ts'
import { findUsage } from '../../src/storage/queries/usage.ts'
import { insertUser } from '../../src/storage/queries/users.ts'
import { createKnownRoom } from '../../src/actions/known-room.ts'
import { checkQuota } from '../../src/actions/quotas.ts'

const { store, remove } = await openTestStore()
after(remove)

test('of texts and files that are stored at once only so many fit', async () => {
  const user = await insertUser(store.write, {
    email: `${crypto.randomUUID()}@example.org`,
    passwordHash: 'hash',
    verifiedAt: null,
    now: 1,
  })
  assert.ok(user)
  const userId = user.id
  const quotas = { bytes: 10_000, chats: 0, shares: 0, copies: 0, snapshots: 0, imports: 0 }
  // Each of another process.
  const contextOf = () => ({
    store,
    knownRoom: createKnownRoom(),
    policy: { quotas } as Parameters<typeof checkQuota>[0]['policy'],
  })
  const chats = await Promise.all(
    [1, 2, 3, 4].map(() => insertChat(store.write, { userId, name: 'n', model: 'm', createdAt: 1 })),
  )
  const writes = [
    ...chats.map(({ id }) =>
      store.transaction(async (trx) => {
        await checkQuota(contextOf(), trx, userId, { bytes: 4000 })
        await raiseRevision(trx, id, { messages: 1, bytes: 4000, lastPosition: 1 }, 1)
      }),
    ),
    ...['a', 'b', 'c', 'd'].map((letter) =>
      store.transaction(async (trx) => {
        await checkQuota(contextOf(), trx, userId, { bytes: 4000 })
        const bytes = Buffer.alloc(4000, letter)
        await insertContent(trx, userId, { sourceDigest: letter, digest: letter, mediaType: 'x/y', bytes }, 1)
      }),
    ),
  ]
  const stored = (await Promise.allSettled(writes)).filter(({ status }) => status === 'fulfilled')
  assert.equal(stored.length, 2)
  assert.equal((await findUsage(store.read, userId)).bytes, 8000)
})
