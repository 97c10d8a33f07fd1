import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { longSession } from '../fixtures/sessions/long-session.ts'
import { findAxeViolations, startBrowser, type TestBrowser } from '../kit/browser.ts'
import { type Person, signUp } from '../kit/client.ts'
import { pixelsTooWide } from '../kit/page-facts.ts'
import { type Server, startServer } from '../kit/start-server.ts'

describe('reading a session of 300 calls', () => {
  let server: Server
  let browser: TestBrowser
  let owner: Person
  let path: string

  before(async () => {
    server = await startServer()
    browser = await startBrowser()
    owner = await signUp(server.url)
    // A part of it is enough for most: the whole may take longer than a reader waits on a busy machine.
    const { uuid } = await owner.share(await owner.createChat(longSession.slice(0, 8), 'Signing in got slow'))
    path = `/shared/chats/${uuid}`
    // Until it is rendered whole.
    for (let tries = 0; tries < 90; tries++) {
      const { text } = await owner.get(path)
      if (!text.includes('plain-text')) break
      await new Promise((resolve) => setTimeout(resolve, 1_000))
    }
  })
  after(async () => {
    await browser.close()
    await server.close()
  })

  for (const javaScript of [true, false]) {
    test(`the answers are open and the steps folded, ${javaScript ? 'with' : 'without'} JavaScript, and the keyboard opens them`, async () => {
      const { page, problems, close } = await browser.open(server.url, { javaScript })
      await page.goto(path)
      const answer = page.locator('#message-2')
      await answer.getByRole('heading', { name: 'What changed' }).waitFor()
      await answer.getByText('all 69 tests pass').waitFor()
      assert.equal(await page.locator('details[open]').count(), 0)
      assert.equal(await answer.getByText('The session is looked up 2 times').isVisible(), false)
      const group = answer.locator('.steps > summary').first()
      assert.match(
        (await group.textContent()) ?? '',
        /^18 steps: edited 3 files, ran 6 commands, read 3 files/,
      )
      await group.focus()
      await page.keyboard.press('Enter')
      const step = answer.getByText('Ran npm test -- test/login.test.ts: 64 passing')
      await step.focus()
      await page.keyboard.press('Enter')
      await answer.getByText('Show all 33 lines').first().waitFor()
      assert.deepEqual(problems(), [])
      await close()
    })
  }

  test('the questions and previews tell nothing of tools', async () => {
    const { page, close } = await browser.open(server.url)
    await page.goto(path)
    assert.equal(await page.locator('#contents a').count(), 4)
    assert.doesNotMatch((await page.locator('#contents').textContent()) ?? '', /tool|thinking|npm/)
    await close()
  })

  for (const theme of ['light', 'dark'] as const) {
    test(`all opened, it is accessible in the ${theme} theme, and nothing is wider than a phone`, async () => {
      const { page, problems, close } = await browser.open(server.url, { theme, isPhone: true })
      await page.goto(path)
      await page.evaluate(
        `for (const fold of document.querySelectorAll('#message-2 details')) fold.open = true`,
      )
      assert.deepEqual(await findAxeViolations(page), [])
      assert.equal(await pixelsTooWide(page), 0)
      assert.deepEqual(problems(), [])
      await close()
    })
  }

  test('on paper a group of steps is a line', async () => {
    const { page, close } = await browser.open(server.url)
    await page.emulateMedia({ media: 'print' })
    await page.goto(path)
    const group = page.locator('#message-2 .steps').first()
    assert.ok(await group.locator('> summary').isVisible())
    assert.equal(await group.locator('ol').isVisible(), false)
    await close()
  })
})
