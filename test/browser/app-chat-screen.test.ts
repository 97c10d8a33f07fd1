import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { type BrowserVisitor, findAxeViolations, startBrowser, type TestBrowser } from '../kit/browser.ts'
import { type NewMessage, type Person, signUp } from '../kit/client.ts'
import { ensureBuiltApp } from '../kit/ensure-built-app.ts'
import { readClipboard } from '../kit/page-facts.ts'
import { type Server, startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'
import { visitApp } from '../kit/visit-app.ts'
import { markdownPayloads } from '../fixtures/payloads/markdown-payloads.ts'

const answer = [
  '## Comparison',
  '| Moon | Orbit |\n|:--|--:|\n| Triton | backwards |',
  '```ts\nconst moons = 16\n```\n\n```ts\nconst rings = 5\n```',
  '$e^{i\\pi} = -1$',
  '```tool Bash\nnpm test\n```\n\n```result\n69 passing\n```',
].join('\n\n')

describe("a chat on its owner's screen", () => {
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

  async function at(
    messages: readonly NewMessage[],
    act: (page: Page, visitor: BrowserVisitor, chatId: number) => Promise<void>,
    isShared = false,
  ) {
    const chat = await ada.createChat(messages)
    if (isShared) await ada.share(chat)
    await visitApp({ browser, server, as: ada }, `/chats/${chat.id}`, (page, visitor) =>
      act(page, visitor, chat.id),
    )
  }

  test('looks as its readers see it, and is raw text only while it is edited', async () => {
    const messages: NewMessage[] = [
      { role: 'user', content: 'Which moon?' },
      { role: 'assistant', content: answer },
    ]
    await at(messages, async (page) => {
      await page.getByRole('heading', { name: 'Comparison' }).waitFor()
      assert.equal(await page.getByRole('cell', { name: 'backwards' }).count(), 1)
      assert.equal(await page.locator('math').count(), 1)
      assert.equal(await page.getByText('## Comparison').count(), 0)
      await page
        .getByText(/ran 1 command|Ran npm test/)
        .first()
        .waitFor()
      await page.getByRole('button', { name: 'Copy code 2, TypeScript' }).click()
      await page.getByText('Code copied').waitFor()
      assert.equal(await readClipboard(page), 'const rings = 5')
      assert.deepEqual(await findAxeViolations(page), [])

      await page.getByRole('button', { name: 'Edit Assistant, message 2' }).click()
      const field = page.getByLabel('Text of Assistant, message 2')
      assert.equal(await field.inputValue(), answer)
      await field.fill('## Another\n\nDone.')
      await page.getByRole('button', { name: 'Save message' }).click()
      await page.getByRole('heading', { name: 'Another' }).waitFor()
      assert.equal(await page.getByRole('heading', { name: 'Comparison' }).count(), 0)
    })
  })

  test('is opened as a reader sees it', async () => {
    await at(
      [{ role: 'user', content: 'Hi' }],
      async (page, { context }) => {
        const opened = context.waitForEvent('page')
        await page.getByRole('link', { name: 'Open as reader' }).click()
        await (await opened).getByRole('article', { name: 'User, message 1' }).waitFor()
      },
      true,
    )
  })

  test('is rendered page by page, however long it is', async () => {
    const messages = Array.from({ length: 400 }, (_, index): NewMessage => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      content: `**Text ${index + 1}** ${'with words '.repeat(80)}`,
    }))
    const chat = await ada.createChat(messages)
    const visitor = await browser.open(server.url, { as: ada })
    const { page } = visitor
    const asked: string[] = []
    page.on('request', (request) => {
      if (request.url().includes('/rendered')) asked.push(request.url())
    })
    await page.goto(`/chats/${chat.id}`)
    await page.locator('strong', { hasText: 'Text 1' }).first().waitFor()
    assert.ok(asked.length < 8, `${asked.length} pages were asked for`)
    await page.evaluate("document.querySelector('#message-400').scrollIntoView()")
    await page.locator('strong', { hasText: 'Text 400' }).waitFor()
    assert.ok(asked.length < 16, `${asked.length} pages were asked for`)
    assert.deepEqual(visitor.problems(), [])
    await visitor.close()
  })

  test('runs nothing that stands in its messages', async () => {
    const messages = markdownPayloads.map(({ markdown }): NewMessage => ({
      role: 'assistant',
      content: markdown,
    }))
    await at(messages, async (page) => {
      await page.locator('#message-1').waitFor()
      const count = messages.length
      for (let number = 1; number <= count; number += 10) {
        await page.evaluate(`document.querySelector('#message-${number}').scrollIntoView()`)
      }
      await until(
        'most messages are rendered',
        async () => (await page.locator('.message-body').count()) > count / 2,
      )
      assert.equal(
        await page.locator('[aria-label=Messages] :is(script, iframe, object, embed, style)').count(),
        0,
      )
    })
  })
})
