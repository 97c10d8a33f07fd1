import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fromHere } from '../../test/kit/origin.ts'
import { openTestStore } from '../../test/kit/store.ts'
import { readConfig } from '../start/config.ts'
import { createContext } from '../start/open-context.ts'
import { tokenHash } from '../secrets/tokens.ts'
import { newShareSettings } from '../sharing/change-share.ts'
import { insertChat } from '../storage/queries/chats.ts'
import { insertSession } from '../storage/queries/sessions.ts'
import { insertShare } from '../storage/queries/shares.ts'
import { insertUnlock } from '../storage/queries/unlocks.ts'
import { insertUser } from '../storage/queries/users.ts'
import { decideView } from './decide-view.ts'
import type { ViewDecision } from './outcome-of.ts'

const { store, remove } = await openTestStore()
after(remove)
const context = createContext(readConfig({}), store, (error) => assert.ifError(error))
after(() => context.renderer.close())

const HOUR = 3_600_000
const now = Date.now()

async function newUser(email: string): Promise<number> {
  const user = await insertUser(store.write, { email, passwordHash: 'hash', verifiedAt: 1, now: 1 })
  assert.ok(user)
  return user.id
}

const owner = await newUser('owner@example.org')
const reader = await newUser('reader@example.org')
const chat = await insertChat(store.write, { userId: owner, model: 'triton-1', name: 'Moons', createdAt: 1 })
const uuid = crypto.randomUUID()
const settings = { ...newShareSettings, isShared: true, passwordHash: 'hash', unlockVersion: 1 }
const shareId = await insertShare(store.write, { chatId: chat.id, uuid, settings, now: 1 })

/** A session of the reader that has proved the share's password. */
async function unlockedSession(expiresAt: number): Promise<string> {
  const hash = tokenHash(crypto.randomUUID())
  await insertSession(store.write, { tokenHash: hash, userId: reader, now, expiresAt })
  await insertUnlock(store.write, { tokenHash: hash, shareId, unlockVersion: 1, expiresAt: now + HOUR })
  return hash
}

async function open(sessionHash: string): Promise<ViewDecision> {
  return decideView(context, uuid, {
    tokenHash: sessionHash,
    readerHash: undefined,
    unlockToken: undefined,
    password: undefined,
    from: fromHere,
  })
}

test('a session that proved the password proves it no more once it has ended, swept away or not', async () => {
  assert.equal((await open(await unlockedSession(now + HOUR))).outcome, 'show')
  assert.equal((await open(await unlockedSession(now - 1))).outcome, 'ask-password')
})
