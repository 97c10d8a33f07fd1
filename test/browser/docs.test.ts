import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startBrowser, type TestBrowser } from '../kit/browser.ts'
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

  it('shows every group of routes, and runs a request from the page', async () => {
    const { page, problems, close } = await browser.open(server.url)
    await page.goto('/docs')
    for (const tag of ['Accounts', 'Chats', 'Messages', 'Shares', 'Shared chats', 'Service']) {
      await page.getByRole('link', { name: tag, exact: true }).waitFor()
    }
    await page.locator('#operations-Service-getHealth').getByRole('button').first().click()
    await page.getByRole('button', { name: 'Try it out' }).click()
    await page.getByRole('button', { name: 'Execute' }).click()
    await page.locator('.live-responses-table').getByText('"healthy"').waitFor()
    if (process.env['SCREENSHOT']) await page.screenshot({ path: process.env['SCREENSHOT'] })
    assert.deepEqual(problems(), [])
    await close()
  })

  it('says where the machine form is when scripts do not run', async () => {
    const { page, close } = await browser.open(server.url, { javaScript: false })
    await page.goto('/docs')
    await page.getByRole('link', { name: '/openapi.json' }).waitFor()
    await close()
  })
})
