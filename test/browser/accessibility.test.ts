import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { findAxeViolations, startBrowser, type TestBrowser } from '../kit/browser.ts'
import { greeting, type NewMessage, type Person, signUp, type Visitor } from '../kit/client.ts'
import { type Server, startServer, trustsEmails } from '../kit/start-server.ts'

const rich: readonly NewMessage[] = [
  { content: 'Show me **everything** that `Markdown` can do, [please](https://example.com).', role: 'user' },
  {
    content: [
      '## Code\n\n```ts\nconst answer: number = 42 // of course, and this line is long enough to scroll on a phone\n```',
      '| a | b |\n|:--|--:|\n| 1 | 2 |',
      'Math: $e^{i\\pi} = -1$ and $$\\int_0^1 x\\,dx$$',
      '- [x] done\n- [ ] not yet',
      '> quoted\n\n1. one\n2. two[^1]\n\n[^1]: A note.',
      '![a picture](https://example.com/picture.png)',
    ].join('\n\n'),
    role: 'assistant',
  },
]

describe('no page keeps anybody out', () => {
  let server: Server
  let browser: TestBrowser
  let owner: Person
  let other: Person

  before(async () => {
    server = await startServer({ env: trustsEmails })
    browser = await startBrowser()
    owner = await signUp(server.url)
    other = await signUp(server.url)
  })
  after(async () => {
    await browser.close()
    await server.close()
  })

  async function pathOf(settings: object, messages?: readonly NewMessage[]): Promise<string> {
    const { uuid } = await owner.share(await owner.createChat(messages), settings)
    return `/shared/chats/${uuid}`
  }

  /** @param form what to fill in and send first */
  async function assertAccessible(path: string, as?: Visitor, form?: Record<string, string>): Promise<void> {
    const visitor = await browser.open(server.url, as ? { as } : {})
    const { page } = visitor
    await page.goto(path)
    for (const [label, text] of Object.entries(form ?? {})) await page.getByLabel(label).fill(text)
    if (form) await page.locator('form .main-action').click()
    assert.deepEqual(await findAxeViolations(page), [], path)
    await page.emulateMedia({ colorScheme: 'dark' })
    assert.deepEqual(await findAxeViolations(page, 'colours'), [], `${path} in dark`)
    await page.setViewportSize({ width: 390, height: 844 })
    assert.deepEqual(await findAxeViolations(page), [], `${path} on a phone`)
    const questions = page.getByRole('button', { name: 'Questions' })
    if (await questions.isVisible()) {
      await questions.click()
      assert.deepEqual(await findAxeViolations(page), [], `${path} with its questions open`)
    }
    assert.deepEqual(visitor.problems(), [])
    await visitor.close()
  }

  test('a chat', async () => assertAccessible(await pathOf({}, rich)))

  test('a long chat with its questions, and a folded message', async () => {
    const pasted: NewMessage = { content: 'A pasted line.\n\n'.repeat(60), role: 'user' }
    await assertAccessible(await pathOf({}, [pasted, ...greeting, ...greeting, ...greeting]))
  })

  test('a chat without messages', async () => assertAccessible(await pathOf({}, [])))

  test('the owner’s page of a paused share', async () => {
    await assertAccessible(await pathOf({ is_shared: false }), owner)
  })

  test('the password, a wrong one', async () => {
    const path = await pathOf({ password: 'open sesame' })
    await assertAccessible(path)
    await assertAccessible(path, undefined, { Password: 'wrong' })
  })

  test('sign in to see', async () => assertAccessible(await pathOf({ emails: ['a@example.org'] })))

  test('not on the list', async () => assertAccessible(await pathOf({ emails: ['a@example.org'] }), other))

  test('a view to use, and the chat after', async () => {
    const path = await pathOf({ max_views: 5 })
    await assertAccessible(path)
    await assertAccessible(path, undefined, {})
  })

  test('to save a chat, with an account and without', async () => {
    const path = await pathOf({ shared_by: 'Ada Lovelace' })
    await assertAccessible(path)
    await assertAccessible(`${path}/save`)
    await assertAccessible(`${path}/save`, other)
  })

  test('paused or expired, and no such share', async () => {
    await assertAccessible(await pathOf({ is_shared: false }))
    await assertAccessible('/shared/chats/x')
  })

  test('signing in, and a refusal', async () => {
    await assertAccessible('/sign-in')
    await assertAccessible('/sign-in', other)
    await assertAccessible('/sign-in', undefined, { Email: 'a@example.org', Password: 'wrong' })
  })

  test('signing up, and a refusal', async () => {
    await assertAccessible('/sign-up')
    await assertAccessible('/sign-up', undefined, { Email: owner.email, Password: 'long enough' })
  })
})
