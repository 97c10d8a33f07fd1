import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createVisitor, expectOk, type Person, signUp } from '../kit/client.ts'
import { shapes } from '../kit/shapes.ts'
import { type Server, startServer, trustsEmails } from '../kit/start-server.ts'

let server: Server
let owner: Person
before(async () => {
  server = await startServer({ env: trustsEmails })
  owner = await signUp(server.url)
})
after(() => server.close())

const readers = async (share: { id: number; chat_conversation_id: number }) =>
  expectOk(await owner.get(owner.sharePath(share, '/readers')), shapes.shareReaders)
const pageOf = ({ uuid }: { uuid: string }) => `/shared/chats/${uuid}`

const open = (visitor: { send: Person['send'] }, share: { uuid: string }) =>
  visitor.send('POST', pageOf(share), { form: { open: '1' } })

describe('who read a link', () => {
  test('is told by day, and by the emails that were proved for it', async () => {
    const ada = await signUp(server.url)
    const eve = await signUp(server.url)
    const share = await owner.share(await owner.createChat(), { emails: [ada.email] })
    assert.deepEqual(await readers(share), { days: [], readers: [] })
    assert.equal((await ada.readShare(share.uuid)).status, 200)
    assert.equal((await ada.readShare(share.uuid)).status, 200)
    assert.equal((await eve.readShare(share.uuid)).status, 403)
    assert.equal((await owner.readShare(share.uuid)).status, 200)
    const seen = await readers(share)
    assert.deepEqual(
      seen.days.map(({ views }) => views),
      [2],
    )
    assert.deepEqual(
      seen.readers.map(({ email, views }) => [email, views]),
      [[ada.email, 2]],
    )
    const { reader_count: count, last_viewed_at: at } = await owner.findShare(share)
    assert.equal(count, 1)
    assert.ok(at !== null)
  })

  test('is nobody’s name where none had to be proved', async () => {
    const ada = await signUp(server.url)
    const share = await owner.share(await owner.createChat())
    await ada.readShare(share.uuid)
    const locked = await owner.share(await owner.createChat(), { password: 'sesame', max_views: 5 })
    await ada.readShare(locked.uuid, 'sesame')
    assert.deepEqual((await readers(share)).readers, [])
    assert.deepEqual(await readers(locked).then(({ days, readers: names }) => [days[0]?.views, names]), [
      1,
      [],
    ])
    assert.equal((await ada.get(owner.sharePath(share, '/readers'))).status, 404)
  })

  test('is told to the reader on the page, and only where it concerns them', async () => {
    const ada = await signUp(server.url)
    const share = await owner.share(await owner.createChat(), { emails: [ada.email] })
    assert.match((await ada.get(pageOf(share))).text, new RegExp(`sees that ${ada.email} read it`))
    assert.doesNotMatch((await owner.get(pageOf(share))).text, /read it, and when/)
    const open = await owner.share(await owner.createChat())
    assert.doesNotMatch((await ada.get(pageOf(open))).text, /read it, and when/)
  })
})

describe('loading the page again', () => {
  test('uses no second view, also where it was the last one', async () => {
    const share = await owner.share(await owner.createChat(), { max_views: 1 })
    const reader = createVisitor(server.url)
    assert.match((await reader.get(pageOf(share))).text, /Open this chat\?/)
    assert.match((await open(reader, share)).text, /Triton|Neptune|moon/i)
    for (let n = 0; n < 3; n++) assert.equal((await reader.get(pageOf(share))).status, 200)
    assert.equal((await open(reader, share)).status, 200)
    assert.equal((await owner.findShare(share)).view_count, 1)
    assert.equal((await createVisitor(server.url).get(pageOf(share))).status, 404, 'others have no view left')
    assert.equal((await reader.readShare(share.uuid)).status, 404, 'the API counts each read')
    assert.equal((await reader.get(`/api/shared/chats/${share.uuid}/export?format=json`)).status, 404)
    assert.equal(
      (await reader.get(pageOf(share), { accept: 'text/markdown' })).status,
      404,
      'a program that reads counts as one',
    )
  })

  test('opens nothing that was closed meanwhile', async () => {
    const share = await owner.share(await owner.createChat(), { max_views: 2 })
    const reader = createVisitor(server.url)
    await open(reader, share)
    const status = async () => (await reader.get(pageOf(share))).status
    await owner.changeShare(share, { is_shared: false })
    assert.equal(await status(), 404)
    await owner.changeShare(share, { is_shared: true, password: 'sesame' })
    assert.equal(await status(), 401)
    await owner.changeShare(share, { password: null, is_protected: true })
    assert.equal(await status(), 401)
    await owner.changeShare(share, { is_protected: false })
    assert.equal(await status(), 200)
    const rotated = await owner.send('POST', owner.sharePath(share, '/rotate'))
    const { uuid } = expectOk(rotated, shapes.share).share
    assert.equal(await status(), 404)
    assert.match((await reader.get(pageOf({ uuid }))).text, /Open this chat\?/, 'the new link needs a view')
  })

  test('another snapshot, or the cookie of another link, is no view of it', async () => {
    const share = await owner.share(await owner.createChat(), { max_views: 9 })
    const other = await owner.share(await owner.createChat(), { max_views: 9 })
    const reader = createVisitor(server.url)
    await open(reader, share)
    reader.cookies.set(`neptun-view-${other.uuid}`, reader.cookies.get(`neptun-view-${share.uuid}`) ?? '')
    assert.match((await reader.get(pageOf(other))).text, /Open this chat\?/)
    expectOk(await owner.send('POST', owner.sharePath(share, '/snapshot')), shapes.share)
    assert.match((await reader.get(pageOf(share))).text, /Open this chat\?/)
  })

  test('counts once where views aren’t limited, too', async () => {
    const share = await owner.share(await owner.createChat())
    const reader = createVisitor(server.url)
    for (let n = 0; n < 3; n++) assert.equal((await reader.get(pageOf(share))).status, 200)
    await createVisitor(server.url).get(pageOf(share))
    assert.equal((await owner.findShare(share)).view_count, 2)
  })
})
