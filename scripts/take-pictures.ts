/**
 * Takes the pictures of the README: a shared chat and the share dialog, in docs/images.
 *
 * Usage: node scripts/take-pictures.ts
 */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { readMarkdown } from '../src/importing/formats/markdown.ts'
import { type BrowserVisitorOptions, startBrowser } from '../test/kit/browser.ts'
import { signUp } from '../test/kit/client.ts'
import { untilStill } from '../test/kit/page-facts.ts'
import { until } from '../test/kit/until.ts'
import { ensureBuiltApp } from '../test/kit/ensure-built-app.ts'
import { startServer, trustsEmails } from '../test/kit/start-server.ts'

ensureBuiltApp()
const server = await startServer({ env: trustsEmails })
const browser = await startBrowser()
const owner = await signUp(server.url, { email: 'me@example.com' })
const draft = readMarkdown(readFileSync('scripts/demo-chat.md', 'utf8'))
if (!draft) throw new Error('demo-chat.md is no chat.')
const messages = draft.messages.map(({ role, content }) => ({ role, content }))
const chat = await owner.createChat(messages, draft.name ?? 'A chat')
const open = await owner.share(chat, { shared_by: 'Ada Lovelace' })
const own = await owner.createChat(messages, 'Moons of Neptune')
const emails = ['grace@example.com', 'katherine@example.com', 'edsger@example.com']
await owner.share(own, { password: 'tritonia', emails })

async function take(
  name: string,
  path: string,
  options: BrowserVisitorOptions,
  prepare?: (page: Page) => Promise<unknown>,
): Promise<void> {
  const visitor = await browser.open(server.url, options)
  await visitor.page.goto(path)
  await prepare?.(visitor.page)
  await untilStill(visitor.page)
  // Few colours are on a page, and whoever clones the repository loads its pictures.
  const picture = sharp(await visitor.page.screenshot()).png({ palette: true, effort: 10 })
  await picture.toFile(`docs/images/${name}.png`)
  await visitor.close()
}

const page = `/shared/chats/${open.uuid}`
// On a busy machine the first page comes as plain text.
await until('the whole page', async () => !(await owner.get(page)).text.includes('plain-text'))
await take('share-page', page, {})
await take('share-page-dark', page, { theme: 'dark' })
await take('share-page-phone', page, { isPhone: true })
await take('share-dialog', `/chats/${own.id}`, { as: owner }, async (page) => {
  await page.setViewportSize({ width: 1000, height: 900 })
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await page.getByText('A password is set').waitFor()
})
await browser.close()
await server.close()
