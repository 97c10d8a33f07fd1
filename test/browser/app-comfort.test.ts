import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import {
  type BrowserVisitor,
  type BrowserVisitorOptions,
  startBrowser,
  type TestBrowser,
} from '../kit/browser.ts'
import { type Person, signUp } from '../kit/client.ts'
import { ensureBuiltApp } from '../kit/ensure-built-app.ts'
import { isFocused, paste, readClipboard } from '../kit/page-facts.ts'
import { type Server, startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'
import { visitApp } from '../kit/visit-app.ts'

const transcript = 'User: Which moon?\nAssistant: Triton.\nUser: Why?\nAssistant: It was captured.'

/** Fails unless a click on it would meet it, and nothing that lies over it. */
async function expectInReach(element: Locator): Promise<void> {
  await element.waitFor()
  await element.click({ trial: true })
}

/** Drops a file somewhere, as if it came from outside of the browser. */
async function dropFile(page: Page, selector: string, name: string, text: string): Promise<void> {
  await page.evaluate(`{
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}))
    for (const type of ['dragover', 'drop'])
      document.querySelector(${JSON.stringify(selector)}).dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }))
  }`)
}

/** How wide the edge of a button or link is, in pixels. */
const edgeOf = (page: Page, name: string) =>
  page.evaluate<number>(`parseFloat(getComputedStyle([...document.querySelectorAll('button, a')]
    .find((it) => it.textContent.trim() === ${JSON.stringify(name)})).borderTopWidth)`)

async function openDialog(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: /^Share/ })
  await dialog.getByTestId('who-can-see').waitFor()
  return dialog
}

describe('what makes the app pleasant', () => {
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

  const at = (
    path: string,
    act: (page: Page, visitor: BrowserVisitor) => Promise<void>,
    options: BrowserVisitorOptions = {},
  ) => visitApp({ browser, server, as: ada }, path, act, options)

  test('after a paste the way to save is free, the focus is in the first message, and all can be taken back', async () => {
    await at('/new', async (page) => {
      const first = page.getByRole('textbox', { name: 'Message 1' })
      await paste(page, first, transcript)
      await page.getByText('Split into 4 messages').waitFor()
      await expectInReach(page.getByRole('button', { name: 'Save chat' }))
      await until('the focus in the first message', () => isFocused(first))
      await page.getByRole('button', { name: 'Keep as one' }).click()
      assert.equal(await first.inputValue(), transcript)

      await page.getByRole('button', { name: 'Start over' }).click()
      assert.equal(await first.inputValue(), '')
      await page.getByRole('button', { name: 'Undo' }).click()
      assert.equal(await first.inputValue(), transcript)
    })
  })

  test('on a phone no message of the app lies over the title', async () => {
    await at(
      '/new',
      async (page) => {
        await page.getByRole('textbox', { name: 'Message 1' }).fill('Hi')
        await page.getByRole('button', { name: 'Save chat' }).click()
        await page.getByText('Chat saved.').waitFor()
        await expectInReach(page.getByRole('heading', { level: 1, name: 'Hi' }))
      },
      { isPhone: true },
    )
  })

  test('the share dialog keeps focus and height while its link is made, and shows the password until it is closed', async () => {
    const chat = await ada.createChat()
    await at(`/chats/${chat.id}`, async (page) => {
      const dialog = await openDialog(page)
      await dialog.getByText('Private', { exact: true }).click()
      await dialog.getByRole('button', { name: 'Generate a password' }).click()
      const password = await dialog.getByRole('textbox', { name: 'Password' }).inputValue()
      await dialog.getByLabel('People, by email').fill('bob@example.com')
      await page.evaluate(`{
        const dialog = document.querySelector('[role=dialog]')
        window.lowest = Infinity
        new ResizeObserver(() => { window.lowest = Math.min(window.lowest, dialog.offsetHeight) }).observe(dialog)
      }`)
      await dialog.getByRole('button', { name: 'Create private link and copy' }).click()
      await dialog.getByText('A password is set').waitFor()
      const primary = dialog.getByRole('button', { name: 'Copy link', exact: true }).last()
      assert.equal(await isFocused(primary), true)
      assert.ok(Number(await page.evaluate('window.lowest')) > 400)

      assert.equal(await dialog.getByLabel('The new password').inputValue(), password)
      await dialog.getByRole('button', { name: 'Copy link and password' }).click()
      await page.getByText('Link and password copied').waitFor()
      const [link = '', secret] = (await readClipboard(page)).split('\n')
      assert.equal(secret, `Password: ${password}`)
      assert.match(link, /\/shared\/chats\//)

      await dialog.getByRole('button', { name: 'Done' }).click()
      await openDialog(page)
      await dialog.getByText('A password is set').waitFor()
      assert.equal(await page.getByLabel('The new password').count(), 0)
    })
  })

  test('what is opened in the share dialog comes into sight on a low screen', async () => {
    const chat = await ada.createChat()
    await ada.share(chat, { password: 'tritonia', emails: ['bob@example.com'] })
    await at(`/chats/${chat.id}`, async (page) => {
      await page.setViewportSize({ width: 1280, height: 720 })
      const dialog = await openDialog(page)
      await dialog.getByText('Expiry, views and later changes').click()
      await until('the field in sight', () =>
        dialog
          .getByLabel('Views at most')
          .click({ trial: true, timeout: 500 })
          .then(
            () => true,
            () => false,
          ),
      )
      const box = await dialog.getByLabel('Views at most').boundingBox()
      assert.ok(box && box.y > 0 && box.y + box.height < 720 - 100)
    })
  })

  test('a link’s QR code is saved as a picture', async () => {
    const chat = await ada.createChat()
    await ada.share(chat)
    await at(`/chats/${chat.id}`, async (page) => {
      const dialog = await openDialog(page)
      await dialog.getByRole('button', { name: 'QR code' }).click()
      const downloading = page.waitForEvent('download')
      await dialog.getByRole('button', { name: 'Save as picture' }).click()
      const file = readFileSync(await (await downloading).path())
      assert.equal(file.subarray(1, 4).toString(), 'PNG')
    })
  })

  test('a chat is exported in each format', async () => {
    const chat = await ada.createChat(undefined, 'Moons')
    await at(`/chats/${chat.id}`, async (page) => {
      await page.getByRole('button', { name: 'More for this chat' }).click()
      await page.getByRole('menuitem', { name: 'Export…' }).click()
      for (const [name, ending] of [
        ['One HTML file', '.html'],
        ['Markdown', '.md'],
        ['ZIP', '.zip'],
        ['JSON', '.json'],
        ['OpenAI messages', '.openai.json'],
      ] as const) {
        const downloading = page.waitForEvent('download')
        await page.getByRole('link', { name }).click()
        assert.equal((await downloading).suggestedFilename(), `Moons${ending}`)
      }
    })
  })

  test('a file is dropped anywhere, the newest of many come first and unchosen, and an import is taken back', async () => {
    const conversations = Array.from({ length: 60 }, (_, index) => ({
      title: `Talk ${index + 1}`,
      create_time: 1_700_000_000 + index * 86_400,
      mapping: {
        root: { id: 'root', message: null, parent: null, children: ['a'] },
        a: {
          id: 'a',
          parent: 'root',
          children: [],
          message: {
            id: 'a',
            author: { role: 'user' },
            create_time: 1_700_000_000 + index * 86_400,
            content: { content_type: 'text', parts: [`Hello ${index + 1}`] },
          },
        },
      },
      current_node: 'a',
      conversation_id: `talk-${index + 1}`,
    }))
    await at('/account', async (page) => {
      await page
        .getByText(/^Since /)
        .first()
        .waitFor()
      await dropFile(page, 'main', 'conversations.json', JSON.stringify(conversations))
      await page.getByText('0 of 60 chosen').waitFor()
      const names = await page
        .getByRole('list', { name: 'Conversations in the files' })
        .getByRole('listitem')
        .allInnerTexts()
      assert.match(names[0] ?? '', /^Talk 60/)
      await page.getByLabel('Talk 60').check()
      await page.getByRole('button', { name: 'Import 1 chat' }).click()
      await page.getByText('1 chat is new').waitFor()
      await page.getByRole('button', { name: 'Undo: delete it again' }).click()
      await page.getByText('The chat is gone again').waitFor()
      const { chats } = (await ada.get(ada.path('/chats'))).json() as { chats: { name: string }[] }
      assert.ok(chats.every(({ name }) => name !== 'Talk 60'))
    })
  })

  test('buttons have edges where the system chooses the colours', async () => {
    const { uuid } = await ada.share(await ada.createChat())
    await at('/new', async (page) => {
      await page.emulateMedia({ forcedColors: 'active' })
      await page.getByRole('button', { name: 'Save chat' }).waitFor()
      for (const name of ['Save chat', 'Take from a file', 'New chat']) {
        assert.ok((await edgeOf(page, name)) >= 1, name)
      }
      await page.goto(`/shared/chats/${uuid}`)
      assert.ok((await edgeOf(page, 'Copy link')) >= 1)
    })
  })

  test('a password is shown on request where the server makes the form', async () => {
    const { uuid } = await ada.share(await ada.createChat(), { password: 'tritonia' })
    for (const path of ['/sign-in', '/sign-up', `/shared/chats/${uuid}`]) {
      const visitor = await browser.open(server.url)
      const { page } = visitor
      await page.goto(path)
      const field = page.getByLabel('Password')
      await field.fill('tritonia')
      assert.equal(await field.getAttribute('type'), 'password')
      await page.getByRole('button', { name: 'Show what is typed' }).click()
      assert.equal(await field.getAttribute('type'), 'text')
      assert.deepEqual(visitor.problems(), [])
      await visitor.close()
    }
  })

  test('a reader sees which question they are at', async () => {
    const messages = Array.from({ length: 30 }, (_, index) => ({
      role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
      content: index % 2 === 0 ? `Question ${index / 2 + 1}` : 'An answer. '.repeat(200),
    }))
    const { uuid } = await ada.share(await ada.createChat(messages))
    await at(`/shared/chats/${uuid}`, async (page) => {
      const here = page.locator('#contents [aria-current]')
      const isAt = (question: string) =>
        until(`the mark at ${question}`, async () => (await here.allInnerTexts()).join() === question)
      await page.getByRole('link', { name: 'Question 9' }).click()
      await isAt('Question 9')
      await page.evaluate("document.querySelector('#message-4').scrollIntoView()")
      await isAt('Question 2')
    })
  })

  test('a wrong sign-in is told in the same words by the app and by the server’s page', async () => {
    const words = 'Email or password is wrong. Check both and try again.'
    const visitor = await browser.open(server.url)
    const { page } = visitor
    for (const path of ['/sign-in', '/links']) {
      await page.goto(path)
      await page.getByLabel('Email').fill('nobody@example.org')
      await page.getByLabel('Password', { exact: true }).fill('wrong password')
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.getByText(words).waitFor()
    }
    await visitor.close()
  })
})
