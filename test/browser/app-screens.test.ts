import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import {
  type BrowserVisitorOptions,
  findAxeViolations,
  openWhole,
  startBrowser,
  type TestBrowser,
} from '../kit/browser.ts'
import { createVisitor, type Person, signUp } from '../kit/client.ts'
import { ensureBuiltApp } from '../kit/ensure-built-app.ts'
import { pixelsTooWide, untilStill } from '../kit/page-facts.ts'
import { type Server, startServer, trustsEmails } from '../kit/start-server.ts'

interface Screen {
  readonly name: string
  readonly path: () => string
  readonly ready: (page: Page) => Promise<unknown>
}

async function openShareDialog(page: Page) {
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await page.getByText('A password is set').waitFor()
  await page.getByText('Preview as somebody else').click()
}

/** A webhook, whose secret is shown once; and without it again. */
async function addWebhook(page: Page) {
  await page.getByText('Signed in as').waitFor()
  const url = `https://${randomUUID()}.example/`
  await page.getByLabel('Address of your program').fill(url)
  await page.getByRole('button', { name: 'Add a webhook' }).click()
  assert.match(await page.getByLabel('New secret').inputValue(), /^whsec_/)
  const remove = page.getByRole('button', { name: `Remove ${url}` })
  await remove.waitFor()
  await check('an account with a webhook', page)
  await remove.click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
  await remove.waitFor({ state: 'detached' })
}

const conversation = (title: string) => ({ title, messages: [{ role: 'user', content: title }] })

/** New conversations each time: those that are here already can't be imported again. */
async function importConversations(page: Page) {
  await page.getByLabel('Files with chats').setInputFiles({
    name: 'conversations.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify([conversation(randomUUID()), conversation(randomUUID())])),
  })
  await page.getByText('2 of 2 chosen').waitFor()
  await check('what was found in a file', page)
  await page.getByRole('button', { name: 'Import 2 chats' }).click()
  await page.getByText('2 chats are new.').waitFor()
}

async function openMenu(page: Page) {
  await page.getByRole('button', { name: 'More for Winds' }).click()
  await page.getByRole('menuitem').first().waitFor()
}

async function openExport(page: Page) {
  await page.getByRole('button', { name: 'More for this chat' }).click()
  await page.getByRole('menuitem', { name: 'Export…' }).click()
  await page.getByRole('link', { name: 'Markdown' }).waitFor()
}

async function check(name: string, page: Page, what: 'all' | 'colours' = 'all') {
  await untilStill(page)
  assert.deepEqual(await findAxeViolations(page, what), [], name)
  assert.ok((await pixelsTooWide(page)) <= 0, `${name} is too wide`)
}

describe("the screens of the owner's app", () => {
  let server: Server
  let browser: TestBrowser
  let ada: Person
  let chatId: number
  before(async () => {
    ensureBuiltApp()
    server = await startServer({ env: trustsEmails })
    browser = await startBrowser()
    ada = await signUp(server.url)
    const moons = await ada.createChat(undefined, 'Moons')
    chatId = moons.id
    await ada.share(moons, { password: 'tritonia', emails: ['bob@example.com'], max_views: 3 })
    await ada.share(await ada.createChat(undefined, 'Rings'), { is_shared: false })
    await ada.createChat(undefined, 'Winds')
  })
  after(async () => {
    await browser.close()
    await server.close()
  })

  const welcome: Screen = {
    name: 'the welcome',
    path: () => '/links',
    ready: (page) => page.getByLabel('Email').waitFor(),
  }
  const landing: Screen = {
    name: 'the start page',
    path: () => '/',
    ready: (page) => page.getByRole('heading', { name: 'You say who may open it' }).waitFor(),
  }
  const screens: readonly Screen[] = [
    { name: 'my chats', path: () => '/', ready: (page) => page.getByText('Winds').waitFor() },
    {
      name: 'a chat',
      path: () => `/chats/${chatId}`,
      ready: (page) => page.getByText('Triton. It').waitFor(),
    },
    { name: 'the share dialog', path: () => `/chats/${chatId}`, ready: openShareDialog },
    {
      name: 'a new chat',
      path: () => '/new',
      ready: (page) => page.getByRole('textbox', { name: 'Message 1' }).waitFor(),
    },
    {
      name: 'the import',
      path: () => '/import',
      ready: (page) => page.getByText('Drop files here').waitFor(),
    },
    { name: 'what was imported', path: () => '/import', ready: importConversations },
    { name: 'a menu', path: () => '/', ready: openMenu },
    { name: 'the export', path: () => `/chats/${chatId}`, ready: openExport },
    { name: 'my links', path: () => '/links', ready: (page) => page.getByText('Rings').waitFor() },
    {
      name: 'the account',
      path: () => '/account',
      ready: addWebhook,
    },
    {
      name: 'no such page',
      path: () => '/chats/999999',
      ready: (page) => page.getByText('There is no such page').waitFor(),
    },
  ]

  /** Looks at each screen in light and, unless it's a phone, at its colours in dark. */
  async function walk(options: BrowserVisitorOptions) {
    const visitor = await browser.open(server.url, { ...options, as: ada })
    const guest = await browser.open(server.url, options)
    const all = [
      ...screens.map((screen) => ({ ...screen, page: visitor.page })),
      { ...welcome, page: guest.page },
      { ...landing, page: guest.page },
    ]
    for (const { name, path, ready, page } of all) {
      await page.goto(path())
      await ready(page)
      await page.emulateMedia({ colorScheme: 'light' })
      await check(name, page)
      if (options.isPhone) continue
      await page.emulateMedia({ colorScheme: 'dark' })
      await check(`${name}, dark`, page, 'colours')
    }
    assert.deepEqual([...visitor.problems(), ...guest.problems()], [])
    await visitor.close()
    await guest.close()
  }

  test('have nothing that axe, the policy or a narrow window minds, in light, in dark and on a phone', async () => {
    await Promise.all([walk({}), walk({ isPhone: true })])
  })

  test('need less than 200 kB of script for the first one', async () => {
    const visitor = await browser.open(server.url, { as: ada })
    const sizes: Promise<number>[] = []
    visitor.page.on('response', (response) => {
      if (response.request().resourceType() === 'script')
        sizes.push(response.body().then((body) => gzipSync(body).length))
    })
    await openWhole(visitor.page, '/')
    await visitor.page.getByText('Winds').waitFor()
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
    assert.ok(bytes > 0 && bytes < 200_000, `${bytes} bytes`)
    await visitor.close()
  })

  test('are the same page at each address, never stored, and parts of them for good', async () => {
    const visitor = createVisitor(server.url)
    const page = await ada.get('/')
    assert.equal(page.headers.get('cache-control'), 'private, no-store')
    assert.equal((await visitor.get('/links')).text, page.text)
    const policy = page.headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/)
    assert.match(policy, /require-trusted-types-for 'script'/)
    assert.doesNotMatch(policy, /unsafe|data:|\*/)
    const script = /src="(\/assets\/[^"]+)"/.exec(page.text)?.[1] ?? ''
    const part = await visitor.get(script)
    assert.equal(part.status, 200)
    assert.match(part.headers.get('cache-control') ?? '', /immutable/)
  })

  test('are no way to other files of the server', async () => {
    const visitor = createVisitor(server.url)
    for (const path of [
      '/assets/..%2f..%2fpackage.json',
      '/assets/../index.html',
      '/assets/%00',
      '/assets/index.html',
    ]) {
      assert.equal((await visitor.get(path)).status, 404, path)
    }
  })
})
