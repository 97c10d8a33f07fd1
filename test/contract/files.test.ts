import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import sharp from 'sharp'
import type { Static } from 'typebox'
import { viewToken } from '../../src/secrets/view-token.ts'
import { removeUnnamed } from '../../src/storage/queries/unnamed-files.ts'
import { findUsage } from '../../src/storage/queries/usage.ts'
import { expectOk, createVisitor, type Person, signUp, type Visitor } from '../kit/client.ts'
import { shapes } from '../kit/shapes.ts'
import { openStoreAt } from '../kit/store.ts'
import { startServer } from '../kit/start-server.ts'

const server = await startServer({ env: { QUOTA_MB: '3' } })
after(() => server.close())

const picture = (width = 40, height = 20, colour = '#f80') =>
  sharp({ create: { width, height, channels: 3, background: colour } })

type AddedFile = Static<(typeof shapes)['file']>['file']

async function tryAdd(person: Person, chatId: number, bytes: Uint8Array, name: string, type = 'image/png') {
  return person.send('POST', person.path(`/chats/${chatId}/files?name=${encodeURIComponent(name)}`), {
    body: new Uint8Array(bytes),
    headers: { 'content-type': type },
  })
}

async function add(person: Person, chatId: number, bytes: Uint8Array, name = 'a.png'): Promise<AddedFile> {
  const answer = await tryAdd(person, chatId, bytes, name)
  return expectOk(answer, shapes.file).file
}

/** The bytes, as a browser asks for them. */
async function read(visitor: Visitor, path: string, headers: Record<string, string> = {}) {
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const response = await fetch(server.url + path, { headers: { cookie, ...headers } })
  return {
    status: response.status,
    headers: response.headers,
    bytes: Buffer.from(await response.arrayBuffer()),
  }
}

/** Someone with a chat whose second message shows a picture, and another whose file nobody names. */
async function withPicture(body: object = {}) {
  const person = await signUp(server.url)
  const chat = await person.createChat()
  const file = await add(person, chat.id, await picture().png().toBuffer())
  const unnamed = await add(person, chat.id, await picture(5, 5).png().toBuffer())
  const [first, second] = await person.addMessages(chat, [
    { role: 'user', content: 'Show me' },
    { role: 'assistant', content: `Here: ${file.markdown}` },
  ])
  assert.ok(first && second)
  const share = await person.share(chat, body)
  const shared = `/shared/chats/${share.uuid}/files/${file.id}`
  return { person, chat, file, unnamed, share, shared, message: second }
}

describe('a file is read', () => {
  test('where a message that names it is, and not one request longer', async () => {
    const { person, chat, share, shared, message, unnamed } = await withPicture()
    const stranger = createVisitor(server.url)
    const answer = await read(stranger, shared)
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-type'), 'image/png')
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
    assert.match(answer.headers.get('content-security-policy') ?? '', /sandbox/)
    assert.deepEqual((await sharp(answer.bytes).metadata()).width, 40)
    assert.equal((await read(stranger, `/shared/chats/${share.uuid}/files/${unnamed.id}`)).status, 404)
    const { text } = await person.get(person.path(`/chats/${chat.id}/messages/rendered`))
    const src = /<img src=\\"([^"]*)\\"/.exec(text)?.[1] ?? ''
    assert.equal((await read(person, src)).headers.get('content-type'), 'image/png')

    const path = person.path(`/chats/${chat.id}/messages/${message.id}`)
    await person.send('PATCH', path, { json: { content: 'Gone' } })
    assert.equal((await read(stranger, shared)).status, 404)
    await person.send('PATCH', path, { json: { content: message.content } })
    assert.equal((await read(stranger, shared)).status, 200)
    await person.send('DELETE', path)
    assert.equal((await read(stranger, shared)).status, 404)
  })

  test('as long as a snapshot has the message, and no longer', async () => {
    const { person, chat, share, shared, message } = await withPicture({ snapshot: true })
    const stranger = createVisitor(server.url)
    await person.send('DELETE', person.path(`/chats/${chat.id}/messages/${message.id}`))
    assert.equal((await read(stranger, shared)).status, 200)
    await person.send('POST', person.sharePath(share, '/snapshot'))
    assert.equal((await read(stranger, shared)).status, 404)
  })

  test('under the same rule as the page: paused, rotated, private, with a password', async () => {
    const { person, share, shared, file } = await withPicture()
    const stranger = createVisitor(server.url)
    await person.changeShare(share, { is_shared: false })
    assert.equal((await read(stranger, shared)).status, 404)
    assert.equal((await read(person, shared)).status, 200)
    await person.changeShare(share, { is_shared: true, password: 'open sesame' })
    assert.equal((await read(stranger, shared)).status, 401)
    await stranger.unlock(share.uuid, 'open sesame')
    const unlocked = await read(stranger, shared)
    assert.equal(unlocked.status, 200)
    assert.equal(unlocked.headers.get('cache-control'), 'private, no-store')
    await person.changeShare(share, { password: null })
    assert.equal((await read(stranger, shared)).status, 401)
    await person.changeShare(share, { is_protected: false })
    assert.equal((await read(stranger, shared)).status, 200)
    await person.send('POST', person.sharePath(share, '/rotate'))
    assert.equal((await read(stranger, shared)).status, 404)
    const { uuid } = await person.findShare(share)
    assert.equal((await read(stranger, `/shared/chats/${uuid}/files/${file.id}`)).status, 200)
  })

  test('with limited views by a browser that was granted one, the last one too', async () => {
    const { person, share, shared } = await withPicture({ max_views: 1 })
    const [reader, other] = [createVisitor(server.url), createVisitor(server.url)]
    assert.equal((await read(reader, shared)).status, 404)
    const page = await reader.send('POST', `/shared/chats/${share.uuid}`, { form: { open: '' } })
    assert.equal(page.status, 200)
    assert.equal((await read(reader, shared)).status, 200)
    assert.equal((await read(reader, `${shared}?size=small`)).status, 200)
    assert.equal((await read(other, shared)).status, 404)
    assert.equal((await person.findShare(share)).view_count, 1)
    // The page may be loaded again; the API takes another view, and there is none.
    assert.equal((await reader.get(`/shared/chats/${share.uuid}`)).status, 200)
    assert.equal((await reader.readShare(share.uuid)).status, 404)
    assert.equal((await other.get(`/shared/chats/${share.uuid}`)).status, 404)
    await person.changeShare(share, { is_shared: false })
    assert.equal((await read(reader, shared)).status, 404)
  })

  test('for half an hour after the view, and the page for an hour', async () => {
    const { chat, share, shared } = await withPicture({ max_views: 1 })
    await createVisitor(server.url).send('POST', `/shared/chats/${share.uuid}`, { form: { open: '' } })
    const store = await openStoreAt(server.database.url)
    const { id, uuid } = share
    const granted = { share: { id, uuid }, source: { kind: 'chat', id: chat.id } } as const
    const ago = (minutes: number) => ({
      cookie: `neptun-view-${uuid}=${viewToken(granted, Date.now() - minutes * 60_000, store.secret)}`,
    })
    await store.close()
    const stranger = createVisitor(server.url)
    const status = async (path: string, minutes: number) => (await read(stranger, path, ago(minutes))).status
    const page = `/shared/chats/${uuid}`
    assert.deepEqual([await status(page, 29), await status(shared, 29)], [200, 200])
    assert.deepEqual([await status(page, 31), await status(shared, 31)], [200, 404])
    assert.deepEqual([await status(page, 61), await status(shared, 61)], [404, 404])
    // So a page that stays open loads its pictures at once.
    const { bytes } = await read(stranger, page, ago(1))
    assert.match(bytes.toString(), /<img src="[^"]*" width="40" height="20" decoding=/)
  })

  test('by nobody through a chat of somebody else that names it', async () => {
    const { file } = await withPicture()
    const thief = await signUp(server.url)
    const chat = await thief.createChat([{ role: 'user', content: file.markdown }])
    const share = await thief.share(chat)
    assert.equal((await read(thief, `/shared/chats/${share.uuid}/files/${file.id}`)).status, 404)
    assert.equal((await thief.get(thief.path(`/chats/${chat.id}/files/${file.id}`))).status, 404)
  })

  test('in a copy of the chat, whatever becomes of the chat', async () => {
    const { person, chat, share, file } = await withPicture()
    const copier = await signUp(server.url)
    const copy = expectOk(await copier.send('POST', `/api/shared/chats/${share.uuid}/copy`), shapes.chat).chat
    await person.send('DELETE', person.path(`/chats/${chat.id}`))
    const own = await copier.share(copy)
    assert.equal(
      (await read(createVisitor(server.url), `/shared/chats/${own.uuid}/files/${file.id}`)).status,
      200,
    )
  })
})

const exported = (of: string) =>
  ['json', 'html', 'zip', 'openai'].map((format) => `${of}/export?format=${format}`)

describe('a name that a link redacts', () => {
  test('is seen nowhere where the file is', async () => {
    const person = await signUp(server.url)
    const chat = await person.createChat()
    const report = await add(person, chat.id, Buffer.from('%PDF-1.7 a report'), 'salary of Jane_Doe.pdf')
    const photo = await add(person, chat.id, await picture(9, 9).png().toBuffer(), 'Jane_Doe.png')
    await person.addMessages(chat, [
      { role: 'user', content: `${report.markdown} ${photo.markdown} [other words](file:${report.id})` },
    ])
    const share = await person.share(chat)
    const body = { redact: ['Jane_Doe'] }
    for (let times = 0; times < 2; times++) {
      expectOk(await person.send('POST', person.sharePath(share, '/snapshot'), { json: body }), shapes.share)
    }
    const page = `/shared/chats/${share.uuid}`
    const reader = await signUp(server.url)
    const { text } = await reader.get(page)
    const files = [...text.matchAll(/(?:href|src)="([^"]*\/files\/[^"?]*)/g)].map(([, path = '']) => path)
    assert.ok(new Set(files).size >= 2, text)
    for (const path of files) {
      const { status, headers } = await read(reader, path)
      assert.equal(status, 200, path)
      assert.match(headers.get('content-disposition') ?? '', /redacted/)
      assert.doesNotMatch(headers.get('content-disposition') ?? '', /Jane|Doe/)
    }
    assert.equal((await read(reader, `${page}/files/${report.id}`)).status, 404)
    const answer = await reader.send('POST', `/api/shared/chats/${share.uuid}/copy`)
    const copy = expectOk(answer, shapes.chat).chat
    for (const path of [
      page,
      ...exported(`/api/shared/chats/${share.uuid}`),
      ...exported(reader.path(`/chats/${copy.id}`)),
    ]) {
      const { status, bytes } = await read(reader, path)
      assert.equal(status, 200, path)
      assert.doesNotMatch(bytes.toString('latin1'), /Jane|Doe/, path)
    }
    // The owner's own chat has them as they were.
    const { text: own } = await person.get(person.path(`/chats/${chat.id}/export?format=json`))
    assert.ok(own.includes('"salary of Jane_Doe.pdf"'))
  })
})

describe('a file gives its room back', () => {
  test('soon after the message or the chat that named it is gone, unless it waits for a message', async () => {
    const store = await openStoreAt(server.database.url)
    const usedBytes = async (person: Person) => (await findUsage(store.read, person.id)).bytes
    const clean = async () => {
      while (await removeUnnamed(store, Date.now() + 2 * 60_000));
    }
    try {
      const { person, chat, file, message } = await withPicture()
      const path = person.path(`/chats/${chat.id}/messages/${message.id}`)
      const before = await usedBytes(person)
      await person.send('PATCH', path, { json: { content: 'Gone' } })
      await person.send('PATCH', path, { json: { content: message.content } })
      await clean()
      const own = person.path(`/chats/${chat.id}/files/${file.id}`)
      assert.equal((await read(person, own)).status, 200, 'it was put back')
      await person.send('PATCH', path, { json: { content: 'Gone' } })
      await clean()
      assert.equal((await read(person, own)).status, 404)
      const draftAlone = await usedBytes(person)
      assert.ok(draftAlone > 'Show meGone'.length && draftAlone < before)
      const other = await person.createChat()
      const shown = await add(person, other.id, await picture(50, 50, '#123').png().toBuffer())
      await person.addMessages(other, [{ role: 'user', content: shown.markdown }])
      await add(person, other.id, await picture(60, 60, '#321').png().toBuffer())
      await person.send('DELETE', person.path(`/chats/${other.id}`))
      await clean()
      assert.equal(await usedBytes(person), draftAlone, 'a draft of another chat stays')
      await person.send('DELETE', person.path(`/chats/${chat.id}`))
      await clean()
      assert.equal(await usedBytes(person), 0)
    } finally {
      await store.close()
    }
  })
})

describe('the bytes', () => {
  test('come with an ETag, and in parts', async () => {
    const { shared } = await withPicture()
    const stranger = createVisitor(server.url)
    const whole = await read(stranger, shared)
    const etag = whole.headers.get('etag') ?? ''
    assert.equal((await read(stranger, shared, { 'if-none-match': etag })).status, 304)
    const part = await read(stranger, shared, { range: 'bytes=4-9' })
    assert.equal(part.status, 206)
    assert.equal(part.headers.get('content-range'), `bytes 4-9/${whole.bytes.length}`)
    assert.deepEqual(part.bytes, whole.bytes.subarray(4, 10))
    const last = await read(stranger, shared, { range: 'bytes=-3' })
    assert.deepEqual(last.bytes, whole.bytes.subarray(-3))
    assert.equal((await read(stranger, shared, { range: 'bytes=99999-' })).status, 416)
    const other = await read(stranger, shared, { range: 'bytes=0-1', 'if-range': '"another"' })
    assert.equal(other.status, 200)
  })

  test('of a large file come whole, in whatever part is asked for', async () => {
    const person = await signUp(server.url)
    const chat = await person.createChat()
    const sent = Buffer.from(Array.from({ length: 500_000 }, (_, index) => (index * 7) % 251))
    const file = await add(person, chat.id, sent, 'numbers.bin')
    const path = person.path(`/chats/${chat.id}/files/${file.id}`)
    const whole = await read(person, path)
    assert.deepEqual(whole.bytes, sent)
    assert.equal(whole.headers.get('content-disposition'), 'attachment; filename="numbers.bin"')
    const part = await read(person, path, { range: 'bytes=196600-400000' })
    assert.deepEqual(part.bytes, sent.subarray(196_600, 400_001))
  })

  test('of a picture say nothing of where it was taken, and fit a screen', async () => {
    const person = await signUp(server.url)
    const chat = await person.createChat()
    const taken = await picture(5000, 2000)
      .withExif({ IFD0: { Make: 'Telltale' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } })
      .jpeg()
      .toBuffer()
    assert.ok(taken.includes('Telltale'))
    const file = await add(person, chat.id, taken, 'photo.jpg')
    assert.deepEqual([file.media_type, file.width], ['image/jpeg', 4096])
    const path = person.path(`/chats/${chat.id}/files/${file.id}`)
    const { bytes } = await read(person, path)
    assert.ok(!bytes.includes('Telltale'))
    assert.equal((await sharp(bytes).metadata()).exif, undefined)
    const small = await read(person, `${path}?size=small`)
    assert.equal((await sharp(small.bytes).metadata()).width, 960)
  })

  test('of SVG and of a page are a download', async () => {
    const person = await signUp(server.url)
    const chat = await person.createChat()
    for (const [name, type] of [
      ['a.svg', 'image/svg+xml'],
      ['a.html', 'text/html'],
    ] as const) {
      const answer = await tryAdd(person, chat.id, Buffer.from('<svg onload="alert(1)"/>'), name, type)
      assert.equal(answer.status, 200)
      const file = (answer.json() as { file: AddedFile }).file
      assert.equal(file.width, null)
      assert.ok(!file.markdown.startsWith('!'))
      const { headers } = await read(person, person.path(`/chats/${chat.id}/files/${file.id}`))
      assert.equal(headers.get('content-type'), 'application/octet-stream')
      assert.match(headers.get('content-disposition') ?? '', /^attachment/)
    }
  })
})

describe('a file is refused', () => {
  test('with words that say why', async () => {
    const person = await signUp(server.url)
    const chat = await person.createChat()
    const huge = Buffer.from(await picture(2, 2).png().toBuffer())
    huge.writeUInt32BE(50_000, 16)
    huge.writeUInt32BE(50_000, 20)
    const tooMany = await tryAdd(person, chat.id, huge, 'huge.png')
    assert.equal(tooMany.status, 413)
    assert.match(tooMany.text, /50 megapixels/)
    const damaged = await tryAdd(person, chat.id, huge.subarray(0, 20), 'cut.png')
    assert.equal(damaged.status, 400)
    assert.match(damaged.text, /damaged/)
    assert.match((await tryAdd(person, chat.id, Buffer.alloc(0), 'none')).text, /Nothing was sent/)
    const large = await tryAdd(person, chat.id, Buffer.alloc(21 * 1024 * 1024), 'large.bin')
    assert.equal(large.status, 413)
    assert.match(large.text, /at most 20 MiB/)
    const full = await tryAdd(person, chat.id, Buffer.alloc(4 * 1024 * 1024), 'full.bin')
    assert.equal(full.status, 413)
    assert.match(full.text, /may store 3 MiB of text and files, and has 1 MiB/)
    const elsewhere = await tryAdd(person, 2_000_000_000, Buffer.from('x'), 'x')
    assert.equal(elsewhere.status, 404)
  })

  test('when text and files together are more than the account may store', async () => {
    const person = await signUp(server.url)
    const chat = await person.createChat()
    await add(person, chat.id, Buffer.alloc(2.5 * 1024 * 1024, 'a'), 'a.bin')
    const json = { message: 'x'.repeat(700 * 1024), actor: 'user' }
    const answer = await person.send('POST', person.path(`/chats/${chat.id}/messages`), { json })
    assert.equal(answer.status, 413)
    assert.match(answer.text, /has 3 MiB/)
  })

  test('and the same bytes count once, whatever they are called', async () => {
    const person = await signUp(server.url)
    const chat = await person.createChat()
    const bytes = Buffer.alloc(2 * 1024 * 1024, 'b')
    const [first, again, other] = [
      await add(person, chat.id, bytes, 'b.bin'),
      await add(person, chat.id, bytes, 'b.bin'),
      await add(person, chat.id, bytes, 'c.bin'),
    ]
    assert.equal(first.id, again.id)
    assert.notEqual(first.id, other.id)
    assert.equal(other.name, 'c.bin')
  })
})

test('a form brings a file under its own name', async () => {
  const person = await signUp(server.url)
  const chat = await person.createChat()
  const form = new FormData()
  form.append('file', new Blob(['words'], { type: 'text/plain' }), '../no[t]es "<b>".txt')
  const body = new Response(form)
  const answer = await person.send('POST', person.path(`/chats/${chat.id}/files`), {
    body: new Uint8Array(await body.arrayBuffer()),
    headers: { 'content-type': body.headers.get('content-type') ?? '' },
  })
  const { file } = answer.json() as { file: AddedFile }
  assert.equal(file.name, 'no[t]es "<b>".txt')
  assert.equal(file.media_type, 'text/plain')
  assert.equal(file.markdown, String.raw`[no\[t\]es "\<b\>".txt](file:${file.id})`)
})
