import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { dangerousFragments, markdownPayloads } from '../fixtures/payloads/markdown-payloads.ts'
import { diagramPayloads, stepPayloads } from '../fixtures/payloads/step-payloads.ts'
import { openWhole, startBrowser, type TestBrowser } from '../kit/browser.ts'
import { type NewMessage, type Person, signUp } from '../kit/client.ts'
import { type Server, startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

/** Does to every part of every message what a reader could: whatever listens there would run. */
const touchEverything = `
  addEventListener('click', (event) => {
    const link = event.target.closest('a')
    if (link && /^(https?|mailto):/.test(link.protocol)) event.preventDefault()
  })
  for (const fold of document.querySelectorAll('details')) fold.open = true
  for (const element of document.querySelectorAll('.message-body *')) {
    for (const type of ['mouseover', 'mousemove', 'focus', 'toggle', 'error', 'load', 'animationstart', 'scroll', 'copy']) {
      element.dispatchEvent(new Event(type, { bubbles: true }))
    }
    if (!element.matches('summary')) element.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))
  }`

const strangeParts = `
  [...document.querySelectorAll('.message-body :is(script, style, link, meta, base, iframe, object, embed, form, img, svg:not(.diagram-scroll > svg), video, audio, template, textarea, select)')].map((it) => it.outerHTML.slice(0, 200))`

const strangeLinks = `
  [...document.querySelectorAll('.message-body a[href]')].map((it) => it.href)
    .filter((href) => !/^(https?:\\/\\/|mailto:)/.test(href) || (href.startsWith(location.origin) && !href.includes('#m')))`

const repeatedIds = `
  (() => { const ids = [...document.querySelectorAll('[id]')].map((it) => it.id); return ids.filter((id, at) => ids.indexOf(id) !== at) })()`

describe('hostile messages in a real browser', () => {
  let server: Server
  let browser: TestBrowser
  let owner: Person

  before(async () => {
    server = await startServer()
    browser = await startBrowser()
    owner = await signUp(server.url)
  })
  after(async () => {
    await browser.close()
    await server.close()
  })

  /** What takes too long is plain text at first, and tried again after a minute, and then after four. */
  async function untilRendered(path: string): Promise<void> {
    const isRendered = async () => {
      if (!(await owner.get(path)).text.includes('<div class="plain-text">')) return true
      await sleep(1000)
      return false
    }
    await until('a page without plain text', isRendered, 6 * 60_000)
  }

  /** Shows them as a chat, touches everything, and expects that nothing happens. */
  async function assertHarmless(contents: readonly string[], name = 'Moons'): Promise<void> {
    const messages = contents.map((content, index): NewMessage => {
      return { content, role: index % 2 === 0 ? 'user' : 'assistant' }
    })
    const { uuid } = await owner.share(await owner.createChat(messages, name))
    const path = `/shared/chats/${uuid}`
    await untilRendered(path)
    for (const javaScript of [true, false]) {
      const visitor = await browser.open(server.url, { javaScript })
      const { page } = visitor
      // On paper everything is laid out, in and out of sight.
      await page.emulateMedia({ media: 'print' })
      await openWhole(page, path)
      assert.equal(await page.locator('.message').count(), contents.length)
      if (javaScript) {
        assert.deepEqual(await page.evaluate(strangeParts), [])
        assert.deepEqual(await page.evaluate(strangeLinks), [])
        assert.deepEqual(await page.evaluate(repeatedIds), [])
        await page.evaluate(touchEverything)
        // Whatever that asked for was asked for before.
        await page.evaluate(`fetch('/health')`)
      }
      assert.deepEqual(visitor.problems(), [])
      assert.equal(new URL(page.url()).pathname, path)
      assert.equal(visitor.context.pages().length, 1)
      await visitor.close()
    }
  }

  test('each payload as a message', async () => {
    await assertHarmless(markdownPayloads.map(({ markdown }) => markdown))
  })

  test('all payloads as one message', async () => {
    await assertHarmless([markdownPayloads.map(({ markdown }) => markdown).join('\n\n')])
  })

  test('each payload in every place of tools, results, diffs, paths and thoughts', async () => {
    await assertHarmless(stepPayloads)
  })

  test('each payload in every place of diagrams', async () => {
    await assertHarmless(diagramPayloads)
  })

  test('dangerous pieces in every order of two', async () => {
    const pairs = dangerousFragments.map((first) =>
      dangerousFragments.map((second) => first + second).join('\n\n'),
    )
    await assertHarmless(pairs)
  })

  test('as the name of a chat', async () => {
    for (const name of [
      '</title><script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "'-alert(1)-'",
    ]) {
      await assertHarmless(['A question'], name)
    }
  })

  test('the test itself notices what runs', async () => {
    const visitor = await browser.open(server.url)
    await visitor.page.goto('/sign-in')
    await visitor.page.evaluate('alert(1)')
    assert.match(visitor.problems().join(), /dialog: alert 1/)
    await visitor.close()
  })
})
