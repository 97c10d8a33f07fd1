import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import {
  type BrowserVisitor,
  type BrowserVisitorOptions,
  findAxeViolations,
  startBrowser,
  type TestBrowser,
} from '../kit/browser.ts'
import { accountPassword, createVisitor, expectOk, type Person, signUp } from '../kit/client.ts'
import { anotherThan, codeIn, type MailServer, startMailServer } from '../kit/mail-server.ts'
import { pixelsTooWide } from '../kit/page-facts.ts'
import { shapes } from '../kit/shapes.ts'
import { type Server, startServer } from '../kit/start-server.ts'
import { startTlsProxy, type TlsProxy } from '../kit/tls-proxy.ts'

/** On a server that people reach by https, behind a proxy: who can read one's mail is who they say. */

const answerText = 'Triton. It orbits backwards.'
const pictures = process.env['TEST_PICTURES']

/** Nothing is wider than the screen; with TEST_PICTURES, a picture of it goes into that folder. */
async function look(page: Page, name: string): Promise<void> {
  assert.equal(await pixelsTooWide(page), 0)
  if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
}

describe('proving an email', () => {
  let mails: MailServer
  let proxy: TlsProxy
  let server: Server
  let browser: TestBrowser
  let owner: Person

  before(async () => {
    mails = await startMailServer()
    proxy = await startTlsProxy()
    const env = { ...mails.env, PUBLIC_URL: proxy.url, TRUST_PROXY: '1' }
    server = await startServer({ env })
    proxy.to(server.url)
    browser = await startBrowser()
    owner = await signUp(server.url)
  })
  after(async () => {
    await browser.close()
    await server.close()
    await proxy.close()
    await mails.close()
  })

  async function visit(
    options: BrowserVisitorOptions,
    see: (page: Page, visitor: BrowserVisitor) => Promise<void>,
  ): Promise<void> {
    const visitor = await browser.open(proxy.url, options)
    await see(visitor.page, visitor)
    assert.deepEqual(visitor.problems(), [])
    await visitor.close()
  }

  async function shareFor(...emails: string[]): Promise<string> {
    const { uuid } = await owner.share(await owner.createChat(), { emails })
    return `/shared/chats/${uuid}`
  }

  test('a listed stranger reads with a code, without an account and without JavaScript, on a phone', async () => {
    const path = await shareFor('ada@reader.example')
    await visit({ javaScript: false, isPhone: true }, async (page, { context }) => {
      await page.goto(path)
      await look(page, 'who-are-you')
      await page.getByLabel('Email').fill('ada@')
      await page.getByRole('button', { name: 'Send me a code' }).click()
      await page.getByRole('alert').getByText('That is not an email address').waitFor()
      await page.getByLabel('Email').fill('Ada@Reader.example')
      await page.getByRole('button', { name: 'Send me a code' }).click()
      const code = codeIn(await mails.next('ada@reader.example'))
      await look(page, 'enter-code')
      assert.equal(await page.getByLabel('Code from the mail').getAttribute('autocomplete'), 'one-time-code')
      await page.getByLabel('Code from the mail').fill(anotherThan(code))
      await page.getByRole('button', { name: 'Open the chat' }).click()
      await page.getByRole('alert').getByText('That code doesn’t count').waitFor()
      await look(page, 'wrong-code')
      await page.getByLabel('Code from the mail').fill(`${code.slice(0, 4)}-${code.slice(4)}`)
      await page.getByRole('button', { name: 'Open the chat' }).click()
      await page.getByText(answerText).waitFor()
      const [cookie] = (await context.cookies()).filter(({ name }) => name.endsWith('neptun-reader'))
      assert.equal(cookie?.name, '__Host-neptun-reader')
      assert.deepEqual([cookie.secure, cookie.httpOnly, cookie.sameSite], [true, true, 'Lax'])
      await page.reload()
      await page.getByText(answerText).waitFor()
      // On another chat it is told which address doesn't count there, and can ask to be let in.
      await page.goto(await shareFor('somebody@reader.example'))
      await page.getByText('ada@reader.example').waitFor()
      await look(page, 'not-listed')
      await page.getByRole('button', { name: 'Ask to be let in' }).click()
      await page.getByText('The owner has your request').waitFor()

      // On a borrowed phone, one leaves no trace.
      await page.goto(path)
      await look(page, 'read-by-code')
      await page.getByRole('button', { name: 'Forget me here' }).click()
      await page.getByLabel('Email').waitFor()
      await page.goto(path)
      await page.getByRole('button', { name: 'Send me a code' }).waitFor()
      assert.equal(await page.getByText(answerText).count(), 0)
    })
  })

  test('each page on the way keeps nobody out, light and dark', async () => {
    const path = await shareFor('axe@reader.example')
    await visit({}, async (page) => {
      for (const step of ['email', 'code']) {
        if (step === 'email') await page.goto(path)
        else {
          await page.getByLabel('Email').fill('axe@reader.example')
          await page.keyboard.press('Enter')
          await page.getByLabel('Code from the mail').waitFor()
        }
        assert.deepEqual(await findAxeViolations(page), [], step)
        await page.emulateMedia({ colorScheme: 'dark' })
        assert.deepEqual(await findAxeViolations(page, 'colours'), [], `${step} in dark`)
        await look(page, `dark-${step}`)
        await page.emulateMedia({ colorScheme: 'light' })
      }
    })
  })

  test('a squatter loses the account and sees nothing; its owner sets a password of their own', async () => {
    const email = 'victim@reader.example'
    const squatter = await signUp(server.url, { email })
    const path = await shareFor(email)
    await visit({ javaScript: false }, async (page) => {
      await page.goto(path)
      await page.getByRole('link', { name: 'Sign in' }).click()
      await page.getByRole('link', { name: 'Sign in with a code' }).click()
      await page.getByLabel('Email').fill(email)
      await page.getByRole('button', { name: 'Send me a code' }).click()
      await page.getByLabel('Code from the mail').fill(codeIn(await mails.next(email)))
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByText('You are signed in').waitFor()
      await look(page, 'new-password')
      await page.getByLabel('New password').fill('entirely my own')
      await page.getByRole('button', { name: 'Set the password' }).click()
      await page.getByText(answerText).waitFor()
    })
    assert.equal((await squatter.readShare(path.split('/').at(-1) ?? '')).status, 401)
    const login = { json: { email, password: accountPassword } }
    assert.equal((await createVisitor(server.url).send('POST', '/api/auth/login', login)).status, 401)
  })

  test('the app confirms an address, invites by mail, and lets in who asks', async () => {
    const email = 'owner@reader.example'
    const person = await signUp(server.url, { email })
    const chat = await person.createChat()
    await visit({}, async (page) => {
      await page.goto('/account')
      await page.getByRole('button', { name: 'I have an account' }).click()
      await page.getByLabel('Email').fill(email)
      await page.getByLabel('Password', { exact: true }).fill(person.password)
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.getByText('isn’t confirmed yet').waitFor()
      await look(page, 'app-confirm')
      await page.getByRole('button', { name: 'Send me a code' }).click()
      await page.getByLabel('Code from the mail').fill(codeIn(await mails.next(email)))
      await page.getByRole('button', { name: 'Confirm', exact: true }).click()
      await page.getByText('(confirmed)').waitFor()
      await page.getByRole('button', { name: 'Forget this browser’s proofs' }).click()
      await page.getByText('Forgotten: chats ask for a code').waitFor()

      await page.goto(`/chats/${chat.id}`)
      await page.getByRole('button', { name: 'Share' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('People, by email').fill('guest@reader.example @company.example')
      await page.keyboard.press('Enter')
      await dialog.getByLabel('Mail the link to guest@reader.example').check()
      await dialog.getByText('Expiry, views and later changes').click()
      await dialog.getByLabel('Mail me once, at its first read').check()
      await look(page, 'app-share')
      await dialog.getByRole('button', { name: /Create private link/ }).click()
      const { text } = await mails.next('guest@reader.example')
      const link = /https:\S+/.exec(text)?.[0] ?? ''
      assert.ok(link.startsWith(`${proxy.url}/shared/chats/`))
      const [share] = expectOk(await person.get(person.path('/shares')), shapes.shares).shares
      assert.equal(share?.mail_at_first_read, true)

      const uuid = link.split('/').at(-1) ?? ''
      const asker = await signUp(server.url, { email: 'asker@reader.example' })
      await asker.send('POST', asker.path('/email-verification'))
      const json = { code: codeIn(await mails.next(asker.email)) }
      await asker.send('POST', asker.path('/email-verification'), { json })
      await asker.send('POST', `/api/shared/chats/${uuid}/access-requests`)
      await page.goto('/links')
      await page.getByText('asks to read').waitFor()
      await look(page, 'app-requests')
      assert.deepEqual(await findAxeViolations(page), [])
      await page.getByRole('button', { name: 'Add asker@reader.example' }).click()
      await page.getByText('can read', { exact: false }).first().waitFor()
      await mails.next(asker.email)
      assert.equal((await asker.readShare(uuid)).status, 200)
    })
  })
})
