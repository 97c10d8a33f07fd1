import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { startBrowser, type TestBrowser } from '../kit/browser.ts'
import { type Person, signUp } from '../kit/client.ts'
import { ensureBuiltApp } from '../kit/ensure-built-app.ts'
import { paste, pasteHtml } from '../kit/page-facts.ts'
import { type Server, startServer } from '../kit/start-server.ts'
import { visitApp } from '../kit/visit-app.ts'

describe('what is pasted and imported in the app', () => {
  let server: Server
  let browser: TestBrowser
  let ada: Person
  before(async () => {
    ensureBuiltApp()
    server = await startServer()
    browser = await startBrowser()
    ada = await signUp(server.url)
  })
  after(async () => {
    await browser.close()
    await server.close()
  })

  const at = (path: string, act: (page: Page) => Promise<void>) =>
    visitApp({ browser, server, as: ada }, path, act)

  test('what was copied from a page comes in as Markdown', async () => {
    await at('/new', async (page) => {
      const first = page.getByRole('textbox', { name: 'Message 1' })
      await first.waitFor()
      await pasteHtml(
        page,
        first,
        '<h2>Moons</h2><div>js</div><button>Copy code</button><pre><code class="language-js">let a = 1</code></pre><ul><li>Triton</li></ul><img src=x onerror="document.title=1">',
        'Moons js Copy code let a = 1 Triton',
      )
      await untilHolds(first, 'Triton')
      assert.equal(await first.inputValue(), '## Moons\n\n```js\nlet a = 1\n```\n\n- Triton')
      await first.press('End')
      await pasteHtml(page, first, '<p>the <b>end</b></p>', 'the end')
      await untilHolds(first, '**end**')
    })
  })

  test('a conversation copied from the page of an app is split as the page splits it', async () => {
    await at('/new', async (page) => {
      const first = page.getByRole('textbox', { name: 'Message 1' })
      await first.waitFor()
      await pasteHtml(
        page,
        first,
        turn('user', '<div class="whitespace-pre-wrap">Largest moon?</div>') +
          turn('assistant', '<p>It is <b>Triton</b>.</p>'),
        'You said: Largest moon? It is Triton.',
      )
      await page.getByText('Split into 2 messages').waitFor()
      assert.equal(await page.getByRole('textbox', { name: 'Message 1' }).inputValue(), 'Largest moon?')
      assert.equal(await page.getByRole('textbox', { name: 'Message 2' }).inputValue(), 'It is **Triton**.')
    })
  })

  test('code copied from an editor stays the text that it is', async () => {
    await at('/new', async (page) => {
      const first = page.getByRole('textbox', { name: 'Message 1' })
      await first.waitFor()
      const text = 'let a = "*b*"\n  # c'
      await pasteHtml(page, first, '<div><div><span>let a = "*b*"</span></div><div>  # c</div></div>', text)
      await untilHolds(first, '# c')
      assert.equal(await first.inputValue(), text)
    })
  })

  const unclear = 'Ada: Largest moon?\n\nZorp: Triton.\n\nAda: Sure?\n\nZorp: Yes.'

  test('where the names don’t tell who is who the app asks, on pasting', async () => {
    await at('/new', async (page) => {
      const first = page.getByRole('textbox', { name: 'Message 1' })
      await first.waitFor()
      await paste(page, first, unclear)
      await page.getByText('Who is who in this conversation?').waitFor()
      await page.getByRole('button', { name: 'Use these names' }).click()
      await page.getByText('Split into 4 messages').waitFor()
      assert.equal(await page.getByRole('textbox', { name: 'Message 2' }).inputValue(), 'Triton.')
    })
  })

  test('where the names don’t tell who is who the app asks, on importing', async () => {
    const visitor = await browser.open(server.url, { as: ada })
    const { page } = visitor
    await page.goto('/import')
    await page.getByLabel('Files with chats').setInputFiles({
      name: 'moons.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from(unclear),
    })
    await page.getByText('Who is who in this conversation?').waitFor()
    await page.getByLabel('Asks').selectOption('Zorp')
    await page.getByLabel('Is the model').selectOption('Ada')
    await page.getByRole('button', { name: 'Use these names' }).click()
    await page.getByRole('button', { name: 'Import 1 chat' }).click()
    await page.getByText('1 chat is new.').waitFor()
    await page.getByRole('link', { name: 'moons' }).click()
    await page.getByText('Triton.').first().waitFor()
    assert.equal(await page.getByText('unknown').count(), 0)
    await visitor.close()
  })

  test('a picture that is pasted or dropped is in the message, in a new chat, a message more and a changed one', async () => {
    await at('/new', async (page) => {
      const first = page.getByRole('textbox', { name: 'Message 1' })
      await first.waitFor()
      await first.fill('Look')
      await pasteFile(page, first, 'paste')
      await untilHolds(first, 'added-file-1')
      await page.getByRole('button', { name: 'Save chat' }).click()
      await page.getByRole('heading', { name: 'Look' }).waitFor()
      const more = page.getByRole('textbox', { name: 'Message', exact: true })
      await pasteFile(page, more, 'drop')
      await untilHolds(more, '![dot.png](file:')
      await page.getByRole('button', { name: 'Add message' }).click()
      await page.getByText('Message added').waitFor()
      await page.getByRole('button', { name: /^Edit User, message 1/ }).click()
      const changed = page.getByRole('textbox', { name: /^Text of User, message 1/ })
      assert.match(await changed.inputValue(), /^Look\n\n!\[dot\.png\]\(file:[\w-]{22}\)/)
      await pasteFile(page, changed, 'paste', DOT.slice(0, 40))
      await page.getByText('was not added').waitFor()
    })
  })
})

async function untilHolds(field: Locator, text: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if ((await field.inputValue()).includes(text)) return
    await field.page().waitForTimeout(50)
  }
  assert.fail(`The field never held ${text}: ${await field.inputValue()}`)
}

function turn(role: string, content: string): string {
  return `<article><h5>You said:</h5><div data-message-author-role="${role}">${content}</div></article>`
}

const DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Pastes or drops a picture of one dot as if from elsewhere, or something that only begins like one. */
async function pasteFile(page: Page, into: Locator, how: 'paste' | 'drop', base64 = DOT): Promise<void> {
  await into.focus()
  const event = how === 'paste' ? 'ClipboardEvent' : 'DragEvent'
  const data = how === 'paste' ? 'clipboardData' : 'dataTransfer'
  await page.evaluate(`{
    const data = new DataTransfer()
    data.items.add(new File([Uint8Array.from(atob('${base64}'), (c) => c.charCodeAt(0))], 'dot.png', { type: 'image/png' }))
    const given = { ${data}: data, bubbles: true, cancelable: true }
    document.activeElement.dispatchEvent(new ${event}('${how}', given))
  }`)
}
