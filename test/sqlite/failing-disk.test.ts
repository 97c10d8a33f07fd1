import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createVisitor, logIn, signUp, type Answer } from '../kit/client.ts'
import type { TestDatabase } from '../kit/database.ts'
import { startServer } from '../kit/start-server.ts'

async function createFile(): Promise<TestDatabase & { path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'neptun-disk-'))
  const path = join(folder, 'neptun.db')
  return {
    path,
    url: `file:${path}`,
    rawContent: async () => '',
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

function expectUnavailable(answer: Answer): void {
  assert.equal(answer.status, 503, `${answer.request} ${answer.text.slice(0, 300)}`)
  assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]/)
  assert.match(answer.text, /^\{"statusCode":503,"statusMessage":"Service Unavailable","message":"/)
}

test('on a full disk writes are a 503, reads go on, and nothing acknowledged is lost', async () => {
  const database = await createFile()
  // The shell lets no file grow beyond 6 MiB; writing more fails as on a full disk.
  const server = await startServer({
    database,
    under: ['sh', '-c', `trap '' XFSZ; ulimit -f 12288; exec "$0" "$@"`],
  })
  const owner = await signUp(server.url)
  const chat = await owner.createChat([])
  const share = await owner.share(chat)
  const limited = await owner.share(await owner.createChat(), { max_views: 1_000_000 })
  let views = 0
  const acknowledged: string[] = []
  const add = async () => {
    const message = `${acknowledged.length} ${'x'.repeat(300_000)}`
    const answer = await owner.send('POST', owner.path(`/chats/${chat.id}/messages`), {
      json: { message, actor: 'user' },
    })
    if (answer.status === 200) acknowledged.push(message)
    return answer
  }
  try {
    let answer = await add()
    while (answer.status === 200) {
      assert.ok(acknowledged.length < 100, 'the disk never filled')
      answer = await add()
    }
    expectUnavailable(answer)
    expectUnavailable(await add())
    let refused: Answer | undefined
    while (!refused) {
      const readers = Array.from({ length: 8 }, async () => createVisitor(server.url).readShare(limited.uuid))
      const answers = await Promise.all(readers)
      views += answers.filter(({ status }) => status === 200).length
      refused = answers.find(({ status }) => status !== 200)
      assert.ok(views < 10_000, 'a view needs no room')
    }
    expectUnavailable(refused)
    assert.equal((await createVisitor(server.url).readShare(share.uuid)).status, 200)
    assert.equal((await owner.get(owner.path('/shares'))).status, 200)
    assert.equal((await createVisitor(server.url).get('/health')).status, 200)
  } finally {
    await server.stop()
  }

  const roomy = await startServer({ database })
  try {
    const { text } = await createVisitor(roomy.url).readShare(share.uuid)
    assert.deepEqual(
      acknowledged.filter((message) => !text.includes(message)).map((message) => message.slice(0, 10)),
      [],
    )
    const again = await logIn({ ...owner, url: roomy.url })
    assert.equal((await again.findShare(limited)).view_count, views)
    await again.createChat()
  } finally {
    await roomy.close()
  }
})

test('a database that may only be read is served: reads go on, writes are a 503', async () => {
  const database = await createFile()
  const before = await startServer({ database })
  const owner = await signUp(before.url)
  const share = await owner.share(await owner.createChat())
  const limited = await owner.share(await owner.createChat(), { max_views: 3 })
  await before.stop()

  await chmod(database.path, 0o400)
  const isRoot = process.getuid?.() === 0
  // Root writes to what it may only read, unless that privilege is taken away.
  const under = isRoot ? ['setpriv', '--bounding-set', '-dac_override'] : []
  const server = await startServer({ database, under })
  try {
    const visitor = createVisitor(server.url)
    assert.equal((await visitor.readShare(share.uuid)).status, 200)
    assert.equal((await visitor.get('/health')).status, 200)
    expectUnavailable(await visitor.readShare(limited.uuid))
    expectUnavailable(
      await visitor.send('POST', '/api/auth/sign-up', {
        json: { email: 'a@b.org', password: 'long enough' },
      }),
    )
  } finally {
    await server.stop()
    await database.remove()
  }
})
