import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import {
  type BrowserVisitor,
  type BrowserVisitorOptions,
  startBrowser,
  type TestBrowser,
} from '../kit/browser.ts'
import { accountPassword, createVisitor, type NewMessage, type Person, signUp } from '../kit/client.ts'
import { pixelsTooWide } from '../kit/page-facts.ts'
import type { Share } from '../kit/shapes.ts'
import { type Server, startServer, trustsEmails } from '../kit/start-server.ts'

const long: readonly NewMessage[] = Array.from({ length: 40 }, (_, index) =>
  index % 2 === 0
    ? { content: `Question ${index + 1}: what comes next?`, role: 'user' as const }
    : {
        content: `Answer ${index + 1}.\n\n\`\`\`js\nconst answer = ${index + 1}\n\`\`\`\n\n${'And so on. '.repeat(80)}`,
        role: 'assistant' as const,
      },
)

const pathOf = ({ uuid }: Share) => `/shared/chats/${uuid}`
const answer = (page: Page) => page.getByText('Triton. It orbits backwards.')

describe('reading a shared chat', () => {
  let server: Server
  let browser: TestBrowser
  let owner: Person

  before(async () => {
    server = await startServer({ env: trustsEmails })
    browser = await startBrowser()
    owner = await signUp(server.url)
  })
  after(async () => {
    await browser.close()
    await server.close()
  })

  const share = async (settings: object = {}, messages?: readonly NewMessage[]) =>
    owner.share(await owner.createChat(messages), settings)

  /** Somebody at a browser, until the promised has been seen; nothing may go wrong on the way. */
  async function visit(
    options: BrowserVisitorOptions,
    see: (page: Page, visitor: BrowserVisitor) => Promise<void>,
  ): Promise<void> {
    const visitor = await browser.open(server.url, options)
    await see(visitor.page, visitor)
    assert.deepEqual(visitor.problems(), [])
    await visitor.close()
  }

  for (const javaScript of [true, false]) {
    describe(javaScript ? 'with JavaScript' : 'without JavaScript', () => {
      test('an open chat is there at once', async () => {
        const open = await share()
        await visit({ javaScript }, async (page) => {
          await page.goto(pathOf(open))
          await page.getByRole('heading', { level: 1, name: 'Moons' }).waitFor()
          await page.getByRole('heading', { name: 'User' }).waitFor()
          await answer(page).waitFor()
        })
      })

      test('a password opens a chat, after a wrong one too, whatever is in it', async () => {
        for (const password of ['a:b c+d&e=f%20', 'schlüssel 🔑', `"'><b>`]) {
          const locked = await share({ password })
          await visit({ javaScript }, async (page) => {
            await page.goto(pathOf(locked))
            await page.getByLabel('Password').fill(`${password}!`)
            await page.keyboard.press('Enter')
            await page.getByRole('alert').getByText('That is not the password').waitFor()
            await page.getByLabel('Password').fill(password)
            await page.getByRole('button', { name: 'Open the chat' }).click()
            await answer(page).waitFor()
            assert.equal(page.url(), server.url + pathOf(locked))
            await page.reload()
            await answer(page).waitFor()
          })
        }
      })

      test('signing in leads back to the chat', async () => {
        const friend = await signUp(server.url)
        const listed = await share({ emails: [friend.email] })
        await visit({ javaScript }, async (page) => {
          await page.goto(pathOf(listed))
          await page.getByRole('link', { name: 'Sign in' }).click()
          await signIn(page, { email: 'nobody@example.org' })
          await page.getByRole('alert').waitFor()
          await signIn(page, friend)
          await answer(page).waitFor()
        })
      })

      test('creating an account leads back to the chat', async () => {
        const email = `new-${javaScript}@example.org`
        const listed = await share({ emails: [email] })
        await visit({ javaScript }, async (page) => {
          await page.goto(pathOf(listed))
          await page.getByRole('link', { name: 'Create an account' }).click()
          await signIn(page, { email }, 'Create the account')
          await answer(page).waitFor()
        })
      })

      test('somebody who isn’t on the list learns as whom they came, and comes as another', async () => {
        const friend = await signUp(server.url)
        const stranger = await signUp(server.url)
        const listed = await share({ emails: [friend.email] })
        await visit({ javaScript, as: stranger }, async (page) => {
          await page.goto(pathOf(listed))
          await page.getByText(stranger.email).waitFor()
          await page.getByRole('link', { name: 'Use another account' }).click()
          await signIn(page, friend)
          await answer(page).waitFor()
        })
      })

      test('a view is used when the reader says so', async () => {
        const limited = await share({ max_views: 1 })
        await visit({ javaScript }, async (page) => {
          await page.goto(pathOf(limited))
          await page.reload()
          await page.getByRole('button', { name: 'Open (uses one view)' }).click()
          await answer(page).waitFor()
          // For an hour this browser may load it again.
          await page.goto(pathOf(limited))
          await answer(page).waitFor()
        })
        await visit({ javaScript }, async (page) => {
          await page.goto(pathOf(limited))
          await page.getByText('paused or has expired').waitFor()
        })
      })

      test('on a phone, the questions are behind a button', async () => {
        const many = await share({}, long)
        await visit({ javaScript, isPhone: true }, async (page) => {
          await page.goto(pathOf(many))
          const question = page.getByRole('link', { name: 'Question 21: what comes next?' })
          assert.equal(await question.isVisible(), false)
          await page.getByRole('button', { name: 'Questions' }).click()
          await question.click()
          await expectInView(page, 21)
          if (javaScript) await question.waitFor({ state: 'hidden' })
        })
      })
    })
  }

  test('a link to a message leads to it, in a chat of any length', async () => {
    const many = await share({}, long)
    await visit({}, async (page) => {
      await page.goto(`${pathOf(many)}#message-36`)
      await expectInView(page, 36)
      await page.getByRole('link', { name: 'Link to message 36' }).click()
      assert.match(page.url(), /#message-36$/)
      await page.getByRole('navigation').getByRole('link', { name: 'Question 3: what comes next?' }).click()
      await expectInView(page, 3)
    })
  })

  test('light or dark sticks once chosen, on every page and before anything is painted', async () => {
    const open = await share()
    await visit({ theme: 'dark' }, async (page) => {
      const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
      await page.goto(pathOf(open))
      assert.equal(await ground(), 'rgb(20, 24, 31)')
      await page.getByRole('button', { name: 'Switch between light and dark' }).click()
      assert.equal(await ground(), 'rgb(255, 255, 255)')
      await page.goto(`${pathOf(open)}?again`, { waitUntil: 'commit' })
      await page.locator('body').waitFor({ state: 'attached' })
      assert.equal(await ground(), 'rgb(255, 255, 255)')
      await page.goto('/sign-in')
      assert.equal(await page.evaluate('document.documentElement.dataset.theme'), 'light')
      await page.getByRole('button', { name: 'Switch between light and dark' }).click()
      assert.equal(await page.evaluate('localStorage.length'), 0)
    })
  })

  test('link, code and the whole chat can be copied', async () => {
    const many = await share({}, long.slice(0, 2))
    await visit({}, async (page, { context }) => {
      await context.grantPermissions(['clipboard-read', 'clipboard-write'])
      const copied = () => page.evaluate<string>('navigator.clipboard.readText()')
      await page.goto(`${pathOf(many)}#message-2`)
      await page.getByRole('button', { name: 'Copy link' }).click()
      await page.getByText('Link copied').waitFor()
      assert.equal(await copied(), server.url + pathOf(many))
      await page.getByRole('button', { name: /^Copy code 1/ }).click()
      await page.getByText('Code copied').waitFor()
      assert.equal(await copied(), 'const answer = 2')
      await page.getByRole('button', { name: 'Copy as Markdown' }).click()
      await page.getByText('Chat copied as Markdown').waitFor()
      const reader = createVisitor(server.url)
      assert.equal(await copied(), (await reader.get(pathOf(many), { accept: 'text/markdown' })).text)
    })
  })

  test('a chat revoked while it is read is gone at the next request', async () => {
    const open = await share()
    await visit({}, async (page, { context }) => {
      await context.grantPermissions(['clipboard-read', 'clipboard-write'])
      await page.goto(pathOf(open))
      await answer(page).waitFor()
      await owner.changeShare(open, { is_shared: false })
      await page.getByRole('button', { name: 'Copy as Markdown' }).click()
      await page.getByText('That could not be copied.').waitFor()
      await page.reload()
      await page.getByText('paused or has expired').waitFor()
      await page.goBack()
      assert.equal(await answer(page).count(), 0)
    })
  })

  test('the owner of a paused share is told that only they see it', async () => {
    const paused = await share({ is_shared: false })
    await visit({ as: owner }, async (page) => {
      await page.goto(pathOf(paused))
      await page.getByText('Only you see this: the share is paused.').waitFor()
      await answer(page).waitFor()
    })
  })

  test('a long message is folded, and unfolds', async () => {
    const pasted = Array.from({ length: 300 }, (_, index) => `line ${index + 1}`).join('  \n')
    const folded = await share({}, [{ content: pasted, role: 'user' }])
    await visit({}, async (page) => {
      await page.goto(pathOf(folded))
      const height = () => page.evaluate<number>('document.querySelector("#message-1").offsetHeight')
      assert.ok((await height()) < 600)
      await page.getByText('Show the whole message').click()
      assert.ok((await height()) > 3000)
    })
  })

  test('nothing is wider than a phone, and no empty head of a table taller than nothing', async () => {
    const wide = await share({}, [
      { content: `A${'long'.repeat(200)} https://example.com/${'path/'.repeat(60)}`, role: 'user' },
      {
        content: [
          `| ${'column | '.repeat(30)}\n|${'-|'.repeat(30)}\n| ${'a cell | '.repeat(30)}`,
          `\`\`\`\n${'code '.repeat(100)}\n\`\`\``,
          `\`${'inline'.repeat(100)}\``,
          `$$${'x + '.repeat(100)}x$$`,
        ].join('\n\n'),
        role: 'assistant',
      },
    ])
    const many = await share({}, long)
    const headless = await share({}, [
      {
        content: '| | |\n|-|-|\n| Triton | Nereid |\n\n| Moon | |\n|-|-|\n| Triton | Nereid |',
        role: 'assistant',
      },
    ])
    await visit({ isPhone: true }, async (page) => {
      await page.goto(pathOf(headless))
      const heads = 'const heads = [...document.querySelectorAll("thead")].map((it) => it.offsetHeight)'
      const [none, some] = await page.evaluate<number[]>(`(() => { ${heads}; return heads })()`)
      // A table without a head has none, and one with a head keeps it.
      assert.deepEqual([none === 0, (some ?? 0) > 0], [true, true])
      for (const path of [pathOf(wide), pathOf(many), '/sign-in', '/sign-up', '/shared/chats/x']) {
        for (const width of [390, 320]) {
          await page.setViewportSize({ width, height: 844 })
          await page.goto(path)
          assert.ok((await pixelsTooWide(page)) <= 0, `${path} at ${width}`)
        }
      }
    })
  })

  test('on paper stands the whole chat and nothing else, dark on light', async () => {
    const pasted = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`).join('  \n')
    const many = await share({}, [{ content: pasted, role: 'user' }, ...long])
    await visit({ theme: 'dark' }, async (page) => {
      await page.goto(pathOf(many))
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
      assert.equal(await page.getByRole('button').count(), 0)
      assert.equal(await page.getByRole('navigation').count(), 0)
      assert.equal(await page.getByText('Show the whole message').isVisible(), false)
      assert.equal(await page.evaluate('getComputedStyle(document.body).color'), 'rgb(27, 32, 43)')
      const heights = await page.evaluate<number[]>(
        '[...document.querySelectorAll(".message")].map((it) => it.querySelector(".message-body").offsetHeight)',
      )
      assert.ok(heights.every((height) => height > 15))
      assert.ok((heights[0] ?? 0) > 1500)
      const pdf = await page.pdf()
      assert.ok(pdf.length > 20_000)
    })
  })
})

async function signIn(page: Page, person: { email: string }, button = 'Sign in'): Promise<void> {
  await page.getByLabel('Email').fill(person.email)
  await page.getByLabel('Password').fill(accountPassword)
  await page.getByRole('button', { name: button }).click()
}

async function expectInView(page: Page, number: number): Promise<void> {
  await page.waitForFunction(
    `(() => { const { top } = document.querySelector('#message-${number}').getBoundingClientRect(); return top >= 50 && top < 250 })()`,
  )
}
