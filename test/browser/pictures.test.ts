import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import sharp from 'sharp'
import { screenshot, sessionWithPictures } from '../fixtures/sessions/session-with-pictures.ts'
import { findAxeViolations, openWhole, startBrowser, type TestBrowser } from '../kit/browser.ts'
import { type Person, signUp } from '../kit/client.ts'
import { pixelsTooWide } from '../kit/page-facts.ts'
import type { Chat } from '../kit/shapes.ts'
import { type Server, startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'
import { importFile } from '../kit/uploads.ts'

interface AddedFile {
  readonly id: string
  readonly markdown: string
}

describe('pictures in a real browser', () => {
  let server: Server
  let browser: TestBrowser
  let owner: Person
  let session: string

  before(async () => {
    server = await startServer()
    browser = await startBrowser()
    owner = await signUp(server.url)
    const { chats } = await importFile(owner, await sessionWithPictures(30))
    assert.ok(chats[0])
    const { uuid } = await owner.share(chats[0])
    session = `/shared/chats/${uuid}`
    // On a busy machine a page is plain text at first.
    await until('the session, rendered whole', async () => (await owner.get(session)).text.includes('<img '))
  })
  after(async () => {
    await browser.close()
    await server.close()
  })

  async function add({ id }: Chat, bytes: Uint8Array, name: string, type = 'image/png') {
    const path = owner.path(`/chats/${id}/files?name=${encodeURIComponent(name)}`)
    const headers = { 'content-type': type }
    const answer = await owner.send('POST', path, { body: new Uint8Array(bytes), headers })
    return answer.status === 200 ? (answer.json() as { file: AddedFile }).file : undefined
  }

  async function chatWith(bytes: Uint8Array) {
    const chat = await owner.createChat([], 'Pictures')
    const file = await add(chat, bytes, 'chart.png')
    assert.ok(file)
    const [message] = await owner.addMessages(chat, [
      { role: 'user', content: `Look ${file.markdown}\n\nBelow it` },
    ])
    assert.ok(message)
    const { uuid } = await owner.share(chat)
    return { chat, file, message, path: `/shared/chats/${uuid}` }
  }

  for (const isPhone of [false, true]) {
    test(`a session of agents shows its pictures, ${isPhone ? 'on a phone' : 'on a desktop'}, and is accessible`, async () => {
      const { page, problems, close } = await browser.open(server.url, { isPhone })
      await openWhole(page, session)
      const shown = `document.querySelector('.message.user .picture img')`
      assert.equal(await page.evaluate(`${shown}.naturalWidth > 0`), true)
      if (isPhone) assert.match(String(await page.evaluate(`${shown}.currentSrc`)), /\?size=small$/)
      assert.equal(await pixelsTooWide(page), 0)
      assert.deepEqual(await findAxeViolations(page), [])
      assert.deepEqual(problems(), [])
      await close()
    })
  }

  test('a picture takes its room before it is there, and a click shows it whole, without JavaScript too', async () => {
    const { file, path } = await chatWith(await screenshot('Whole', 2400, 1500))
    for (const javaScript of [true, false]) {
      const { page, context, problems, close } = await browser.open(server.url, { javaScript })
      const held = Promise.withResolvers<void>()
      await page.route('**/files/**', async (route) => {
        await held.promise
        await route.continue()
      })
      await page.goto(path, { waitUntil: 'domcontentloaded' })
      const below = page.getByText('Below it')
      const before = await below.boundingBox()
      held.resolve()
      const isShown = () => page.evaluate<boolean>(`document.querySelector('.picture img').naturalWidth > 0`)
      await until('the picture', isShown)
      assert.deepEqual(await below.boundingBox(), before)
      const opened = context.waitForEvent('page')
      await page.locator('.picture').click()
      const whole = await opened
      await whole.waitForLoadState()
      assert.equal(new URL(whole.url()).pathname, `${path}/files/${file.id}`)
      assert.deepEqual(problems(), [])
      await close()
    }
  })

  test('a picture that is deleted from a message is gone for a reader who has the page open', async () => {
    const { chat, message, path } = await chatWith(await screenshot('Secret', 600, 400))
    const { page, close } = await browser.open(server.url)
    await openWhole(page, path)
    const again = () =>
      page.evaluate(`fetch(document.querySelector('.picture img').src).then((answer) => answer.status)`)
    assert.equal(await again(), 200)
    await owner.send('PATCH', owner.path(`/chats/${chat.id}/messages/${message.id}`), {
      json: { content: 'Gone' },
    })
    assert.equal(await again(), 404)
    await close()
  })

  test('hostile files and names run nothing, wherever they are opened', async () => {
    const script = '<script>alert(1)</script>'
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">${script}</svg>`
    const png = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#f00' } })
      .png()
      .toBuffer()
    const jpeg = await sharp(png)
      .withExif({
        IFD0: { ImageDescription: script },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' },
      })
      .jpeg()
      .toBuffer()
    const huge = Buffer.from(png)
    huge.writeUInt32BE(50_000, 16)
    huge.writeUInt32BE(50_000, 20)
    const files: [Buffer, string, string][] = [
      [png, `"><img src=x onerror=alert(1)>.png`, 'image/png'],
      [png, `](javascript:alert(1)) ![x](data:text/html,${script}).png`, 'image/png'],
      [Buffer.concat([png, Buffer.from(`<html>${script}`)]), 'polyglot.html', 'text/html'],
      [jpeg, 'place.jpg', 'image/jpeg'],
      [Buffer.from(svg), 'a.svg', 'image/svg+xml'],
      [Buffer.from(svg), 'a.png', 'image/png'],
      [Buffer.from(`<html>${script}`), '\u202egnp.html', 'text/html'],
      [Buffer.from(`GIF89a/*${'x'.repeat(40)}*/=alert(1)//`), 'polyglot.gif', 'image/gif'],
      [
        Buffer.from(`%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>`),
        'a.pdf',
        'application/pdf',
      ],
      [huge, 'huge.png', 'image/png'],
    ]
    const chat = await owner.createChat([], 'Hostile files')
    const added: AddedFile[] = []
    for (const [bytes, name, type] of files) {
      const file = await add(chat, bytes, name, type)
      if (file) added.push(file)
    }
    assert.equal(added.length, files.length - 2, 'a broken GIF and one that is too large are refused')
    const content = added
      .map(({ id, markdown }) => `${markdown} ![shown](file:${id}) [linked](file:${id})`)
      .join('\n\n')
    await owner.addMessages(chat, [{ role: 'user', content }])
    const { uuid } = await owner.share(chat)
    const visitor = await browser.open(server.url)
    const { page } = visitor
    await openWhole(page, `/shared/chats/${uuid}`)
    assert.ok((await page.locator('.message-body img').count()) >= 6)
    const strange = await page.locator('.message-body :is(script, iframe, object, embed, svg)').count()
    assert.equal(strange, 0)
    for (const { id } of added) {
      const kept = await page.request.get(`/shared/chats/${uuid}/files/${id}`)
      const isShown = kept.headers()['content-type']?.startsWith('image/') === true
      assert.ok(!isShown || !(await kept.body()).includes('alert'), 'nothing but the picture is left')
      // A download isn't opened.
      await page.goto(`/shared/chats/${uuid}/files/${id}`).catch((error: unknown) => {
        assert.match(String(error), /Download is starting|ERR_ABORTED/)
      })
    }
    assert.deepEqual(visitor.problems(), [])
    await visitor.close()
  })
})
