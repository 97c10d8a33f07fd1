import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { findAxeViolations, startBrowser, type TestBrowser } from '../kit/browser.ts'
import { createVisitor, expectOk, type NewMessage, type Person, signUp } from '../kit/client.ts'
import { ensureBuiltApp } from '../kit/ensure-built-app.ts'
import { madeUpSecrets } from '../kit/made-up-secrets.ts'
import { shapes, type Chat } from '../kit/shapes.ts'
import { type Server, startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'
import { visitApp } from '../kit/visit-app.ts'

const { secret, message } =
  madeUpSecrets('app').find(({ kind }) => kind === 'GitHub classic') ?? assert.fail()
const user = (content: string): NewMessage => ({ role: 'user', content })

describe('sharing a chat with a secret in it', () => {
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

  async function inDialog(chat: Chat, act: (dialog: Locator, page: Page) => Promise<void>): Promise<void> {
    await visitApp({ browser, server, as: ada }, `/chats/${chat.id}`, async (page) => {
      await page.getByRole('button', { name: 'Share', exact: true }).click()
      await act(page.getByRole('dialog', { name: /^Share / }), page)
    })
  }

  const contentsOf = async (chat: Chat): Promise<string[]> => {
    const answer = await ada.get(ada.path(`/chats/${chat.id}/messages`))
    return expectOk(answer, shapes.messages).chatMessages.map(({ content }) => content)
  }
  const linksOf = async (chat: Chat) => {
    const { shares } = expectOk(await ada.get(ada.path('/shares')), shapes.shares)
    return shares.filter((share) => share.chat_conversation_id === chat.id)
  }

  test('shows it, masked, before there is a link, and redacts it in the chat', async () => {
    const chat = await ada.createChat(
      [user('Hello'), user(`${message}\n\nAsk ada@neptun.dev.`)],
      `Use ${secret}`,
    )
    await inDialog(chat, async (dialog, page) => {
      await dialog.getByText('There are 2 secrets in this chat.').waitFor()
      assert.equal(await dialog.getByRole('button', { name: /Create/ }).count(), 0)
      const places = dialog.getByRole('list', { name: 'Secrets' })
      assert.match(
        await places.innerText(),
        /GitHub token[^]*ghp_••••[^]*in the name[^]*ghp_••••[^]*Message 2/,
      )
      assert.ok(!(await places.innerText()).includes(secret.slice(8)))
      assert.deepEqual(await linksOf(chat), [])
      assert.deepEqual(await findAxeViolations(page), [])

      await dialog.getByText('One place tells who or where somebody is').click()
      await dialog.getByRole('list', { name: 'Who and where' }).getByRole('checkbox').check()
      await dialog.getByText('3 places are chosen.').waitFor()
      await dialog.getByRole('button', { name: 'Redact in the chat' }).click()
      await dialog.getByRole('button', { name: /Create private link/ }).waitFor()
      await page.getByText('Redacted 3 places in the chat').waitFor()
      assert.equal(await dialog.getByText(/secrets? in this chat/).count(), 0)
    })
    const [, second] = await contentsOf(chat)
    assert.equal(second, `${message.replace(secret, '[redacted]')}\n\nAsk [redacted].`)
    const { chat: renamed } = expectOk(await ada.get(ada.path(`/chats/${chat.id}`)), shapes.chat)
    assert.equal(renamed.name, 'Use [redacted]')
  })

  test('redacts it in the link alone, and leaves the chat as it is', async () => {
    const chat = await ada.createChat([user('Hello'), user(message)], `Use ${secret}`)
    await inDialog(chat, async (dialog, page) => {
      await dialog.getByRole('button', { name: 'Redact in this link' }).click()
      await dialog.getByText('One text will be [redacted] in this link; the chat stays as it is.').waitFor()
      assert.deepEqual(await findAxeViolations(page), [])
      await dialog.getByRole('button', { name: 'Create open link and copy' }).click()
      await dialog.getByRole('button', { name: 'More for this link' }).waitFor()
      await dialog.getByText(/This link shows what you chose of it/).waitFor()
    })
    const [share, ...others] = await linksOf(chat)
    assert.ok(share && others.length === 0)
    assert.deepEqual([share.state, share.is_protected, share.is_selection], ['active', false, true])
    const read = await createVisitor(server.url).readShare(share.uuid)
    const { chatMessages } = expectOk(read, shapes.sharedChat)
    assert.deepEqual(
      chatMessages.map(({ content }) => content),
      ['Hello', message.replace(secret, '[redacted]')],
    )
    assert.equal((await contentsOf(chat))[1], message)

    // Choosing the part anew hides it again unless the owner wants it shown.
    await visitApp({ browser, server, as: ada }, `/chats/${chat.id}`, async (page) => {
      await page.getByRole('button', { name: 'More for this chat' }).click()
      await page.getByRole('menuitem', { name: /Share a part/ }).click()
      const field = page.getByRole('textbox', { name: 'Hide these texts' })
      assert.equal(await field.inputValue(), secret)
    })
  })

  test('redacts it in a link that there is', async () => {
    const chat = await ada.createChat([user(message)])
    const share = await ada.share(chat, { password: 'sesame' })
    await inDialog(chat, async (dialog, page) => {
      await dialog.getByRole('button', { name: 'Show', exact: true }).click()
      await dialog.getByRole('button', { name: 'Redact in this link' }).click()
      await page.getByText(/the link shows the chat as it is now, without that/).waitFor()
    })
    const read = await createVisitor(server.url).readShare(share.uuid, 'sesame')
    const { chatMessages } = expectOk(read, shapes.sharedChat)
    assert.equal(chatMessages[0]?.content, message.replace(secret, '[redacted]'))
  })

  test('leads to the message, and to the link all the same', async () => {
    const chat = await ada.createChat([
      ...Array.from({ length: 30 }, () => user('Moons. '.repeat(300))),
      user(message),
    ])
    await inDialog(chat, async (dialog, page) => {
      await dialog.getByRole('link', { name: 'Message 31' }).click()
      await dialog.waitFor({ state: 'hidden' })
      assert.match(page.url(), /#message-31$/)
      await until('the message on the screen', async () => {
        const box = await page.locator('#message-31').boundingBox()
        return box !== null && box.y >= 0 && box.y < 800
      })
      await page.getByRole('button', { name: 'Share', exact: true }).click()
      await dialog.getByRole('button', { name: 'Share all the same' }).click()
      await dialog.getByText('There is a secret in this chat.').waitFor()
      await dialog.getByRole('button', { name: /Create private link/ }).click()
      await dialog.getByRole('button', { name: 'More for this link' }).waitFor()
    })
    assert.equal((await linksOf(chat)).length, 1)
    assert.deepEqual((await contentsOf(chat)).at(-1), message)
  })

  test('stands in nobody’s way to close a link that is open', async () => {
    const chat = await ada.createChat([user(message)])
    const share = await ada.share(chat)
    await inDialog(chat, async (dialog, page) => {
      await dialog.getByText('There is a secret in this chat.').waitFor()
      await dialog.getByRole('button', { name: 'More for this link' }).click()
      await page.getByRole('menuitem', { name: 'Pause link' }).click()
      await page.getByText('Link paused').waitFor()
    })
    assert.equal((await createVisitor(server.url).readShare(share.uuid)).status, 404)
  })

  test('shows nothing more where there is nothing to find', async () => {
    await inDialog(await ada.createChat(), async (dialog) => {
      await dialog.getByRole('button', { name: /Create private link/ }).waitFor()
      assert.equal(await dialog.getByText(/secrets? in this chat/).count(), 0)
    })
  })
})
