import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { findAxeViolations, startBrowser, type TestBrowser } from '../kit/browser.ts'
import { startServer, type Server } from '../kit/start-server.ts'

describe("the API's own page", () => {
  let server: Server
  let browser: TestBrowser

  before(async () => {
    server = await startServer()
    browser = await startBrowser()
  })
  after(async () => {
    await browser.close()
    await server.close()
  })

  it('can be used by everyone, light and dark', async () => {
    for (const theme of ['light', 'dark'] as const) {
      const { page, problems, close } = await browser.open(server.url, { theme })
      await page.goto('/docs')
      assert.deepEqual(await findAxeViolations(page, theme === 'light' ? 'all' : 'colours'), [])
      assert.deepEqual(problems(), [])
      await close()
    }
  })

  it('leads to an operation on a phone and without script, and unfolds what it answers', async () => {
    const { page, problems, close } = await browser.open(server.url, { javaScript: false, isPhone: true })
    await page.goto('/docs')
    await page.getByRole('button', { name: 'Operations' }).click()
    await page.locator('#contents summary', { hasText: 'Service' }).click()
    await page.getByRole('link', { name: 'Whether the server and its store answer' }).first().click()
    const operation = page.getByRole('article', { name: 'Whether the server and its store answer' })
    await operation.locator('summary', { hasText: '200' }).click()
    await operation.getByText('uptime', { exact: true }).waitFor()
    assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true)
    assert.deepEqual(problems(), [])
    await close()
  })

  it('shows commands that work as they stand', async () => {
    const { page, close } = await browser.open(server.url)
    await page.goto('/docs')
    const command = async (name: string) =>
      (await page.getByRole('article', { name }).locator('pre').textContent()) ?? ''
    const setting = (await page.locator('.start pre').first().textContent()) ?? ''
    const health = await command('Whether the server and its store answer')
    const signUp = (await command('Create an account and sign in')).replace('-c session.txt', '')
    await close()
    const run = async (text: string) =>
      (await promisify(execFile)('sh', ['-ec', `${setting.replace('npt_…', 'none')}\n${text}`])).stdout
    assert.match(await run(health), /"healthy"/)
    assert.match(await run(signUp), /"ada@example\.com"/)
  })
})
