import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { createVisitor, expectOk, signUp } from '../kit/client.ts'
import { shapes, type Share } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'

const server = await startServer()
after(() => server.close())

const owner = await signUp(server.url)
const anyone = createVisitor(server.url)

const paths = ({ uuid }: Share): string[] => [
  `/api/shared/chats/${uuid}`,
  `/shared/chats/${uuid}`,
  ...['markdown', 'json', 'openai', 'html'].map(
    (format) => `/api/shared/chats/${uuid}/export?format=${format}`,
  ),
]
const TELLING = ['etag', 'content-length', 'content-disposition', 'last-modified']

describe('HEAD of a share whose views are limited', () => {
  test('uses up no view, and tells nothing of the chat: no tag, no length, no name', async () => {
    const share = await owner.share(await owner.createChat(undefined, 'The PIN is 4711'), { max_views: 1 })
    for (const path of paths(share)) {
      for (const accept of ['*/*', 'text/markdown']) {
        const answer = await anyone.send('HEAD', path, { headers: { accept } })
        assert.equal(answer.status, 200, path)
        // The page that asks whether to use a view is the same for every chat.
        const isQuestion = path.startsWith('/shared/') && accept === '*/*'
        const told = TELLING.filter((name) => answer.headers.has(name))
        assert.deepEqual(told, isQuestion ? ['content-length'] : [], `${path} ${accept}`)
      }
    }
    expectOk(await anyone.readShare(share.uuid), shapes.sharedChat)
    assert.equal((await anyone.readShare(share.uuid)).status, 404)
  })

  test('tells its owner, and tells all of a share without a limit', async () => {
    const chat = await owner.createChat()
    const limited = await owner.share(chat, { max_views: 1 })
    const path = `/api/shared/chats/${limited.uuid}`
    assert.ok((await owner.send('HEAD', path)).headers.has('etag'))
    await owner.changeShare(limited, { max_views: null })
    assert.ok((await anyone.send('HEAD', path)).headers.has('etag'))
  })
})

describe('the ETag of a share', () => {
  test('is no digest of its bytes that anybody could work out', async () => {
    const share = await owner.share(await owner.createChat())
    const answer = await anyone.readShare(share.uuid)
    const etag = answer.headers.get('etag')?.replaceAll('"', '') ?? ''
    assert.ok(etag.length >= 20)
    for (const algorithm of ['sha1', 'sha256', 'sha512', 'md5']) {
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        const digest = createHash(algorithm).update(answer.text).digest(encoding)
        assert.ok(!digest.startsWith(etag.slice(0, 12)), `${algorithm} ${encoding}`)
      }
    }
  })
})
