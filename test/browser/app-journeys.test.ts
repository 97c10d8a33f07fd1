import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { type BrowserVisitor, startBrowser, type TestBrowser } from '../kit/browser.ts'
import { accountPassword, createVisitor, logIn, type Person, signUp } from '../kit/client.ts'
import { ensureBuiltApp } from '../kit/ensure-built-app.ts'
import { allowClipboard, paste, readClipboard } from '../kit/page-facts.ts'
import { type Server, startServer } from '../kit/start-server.ts'

const transcript = `User: What is the largest moon of Neptune?
Assistant: Triton. It orbits backwards.
User: Why?
Assistant: It was captured.`

const conversation = (title: string) => ({
  title,
  messages: [
    { role: 'user', content: `What about ${title}?` },
    { role: 'assistant', content: 'A lot.' },
  ],
})

describe("the owner's app", () => {
  let server: Server
  let browser: TestBrowser
  before(async () => {
    ensureBuiltApp()
    server = await startServer()
    browser = await startBrowser()
  })
  after(async () => {
    await browser.close()
    await server.close()
  })

  /** Opens a screen signed in; fails when anything went wrong on it by the end. */
  async function at(
    path: string,
    person: Person,
    act: (page: Page, visitor: BrowserVisitor) => Promise<void>,
  ) {
    const visitor = await browser.open(server.url, { as: person })
    await allowClipboard(visitor.context)
    await visitor.page.goto(path)
    await act(visitor.page, visitor)
    assert.deepEqual(visitor.problems(), [])
    await visitor.close()
  }

  test('someone signs up, pastes a conversation, shares it in two clicks, and anyone with the link reads it', async () => {
    const visitor = await browser.open(server.url)
    const { page, context } = visitor
    await allowClipboard(context)
    await page.goto('/')
    await page.getByRole('link', { name: 'Create an account' }).first().click()
    await page.getByLabel('Email').fill(`${randomUUID()}@example.org`)
    await page.getByLabel('Password', { exact: true }).fill(accountPassword)
    await page.getByRole('button', { name: 'Create the account' }).click()

    await page.getByRole('link', { name: 'Paste or write a chat' }).click()
    const first = page.getByRole('textbox', { name: 'Message 1' })
    await paste(page, first, transcript)
    await page.getByText('Split into 4 messages').waitFor()
    await page.getByRole('button', { name: 'Save chat' }).click()
    await page.getByRole('heading', { name: 'What is the largest moon of Neptune?' }).waitFor()

    await page.getByRole('button', { name: 'Share', exact: true }).click()
    await page.getByRole('button', { name: 'Create open link and copy' }).click()

    await page.getByText('Link copied').waitFor()
    const link = await readClipboard(page)
    assert.deepEqual(visitor.problems(), [])
    const uuid = link.split('/').at(-1) ?? ''
    const answer = await createVisitor(server.url).readShare(uuid)
    assert.equal(answer.status, 200)
    const reader = await browser.open(server.url)
    await reader.page.goto(link)
    await reader.page.getByText('It was captured.').waitFor()
    await reader.close()
    await visitor.close()
  })

  test('nothing that was written is lost when the session ends: one signs in again and it goes on', async () => {
    const ada = await signUp(server.url)
    await at('/new', ada, async (page) => {
      await page.getByRole('textbox', { name: 'Message 1' }).fill('Written before the session ended')
      assert.equal((await ada.send('DELETE', ada.path('/sessions'))).status, 200)
      await page.getByRole('button', { name: 'Save chat' }).click()

      const dialog = page.getByRole('dialog', { name: 'Sign in again to continue' })
      await dialog.getByLabel('Password', { exact: true }).fill('not the password')
      await dialog.getByRole('button', { name: 'Sign in' }).click()
      await dialog.getByText('Email or password is wrong').waitFor()
      await dialog.getByLabel('Password', { exact: true }).fill(ada.password)
      await dialog.getByRole('button', { name: 'Sign in' }).click()

      await page.getByRole('heading', { name: 'Written before the session ended' }).waitFor()
      assert.equal(await page.getByRole('listitem').filter({ hasText: 'User' }).count(), 1)

      const goOn = async () => {
        await dialog.getByLabel('Password', { exact: true }).fill(ada.password)
        await dialog.getByRole('button', { name: 'Sign in' }).click()
      }
      const endSessions = async () => (await logIn(ada)).send('DELETE', ada.path('/sessions'))
      await page.getByRole('button', { name: 'Edit User, message 1' }).click()
      await page.getByLabel('Text of User, message 1').fill('Changed while it ended')
      await endSessions()
      await page.getByRole('button', { name: 'Save message' }).click()
      await goOn()
      await page.getByText('Message saved').waitFor()
      await page.getByText('Changed while it ended').waitFor()

      await page.getByRole('button', { name: 'More for this chat' }).click()
      await page.getByRole('menuitem', { name: 'Rename…' }).click()
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Named while it ended')
      await endSessions()
      await page.getByRole('button', { name: 'Rename' }).click()
      await goOn()
      await page.getByRole('heading', { name: 'Named while it ended' }).waitFor()
    })
  })

  test('what is half written outlives leaving and closing the page, and leaves with a sign-out', async () => {
    const ada = await signUp(server.url)
    const chat = await ada.createChat()
    const edit = 'Text of User, message 1'
    await at('/new', ada, async (page, { context }) => {
      await page.getByRole('textbox', { name: 'Message 1' }).fill('Half a chat')
      await page.getByRole('link', { name: 'Chats', exact: true }).click()
      await page.getByRole('link', { name: /^Moons/ }).click()
      const name = page.getByRole('textbox', { name: 'Name', exact: true })
      const openRenaming = async () => {
        await page.getByRole('button', { name: 'More for this chat' }).click()
        await page.getByRole('menuitem', { name: 'Rename…' }).click()
      }
      await openRenaming()
      await name.fill('Half a name')
      await page.reload()
      await openRenaming()
      assert.equal(await name.inputValue(), 'Half a name')
      await name.press('Escape')

      await page.getByRole('button', { name: 'Edit User, message 1' }).click()
      await page.getByLabel(edit).fill('Half a change')
      await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Half a message')
      await page.close({ runBeforeUnload: true })

      const again = await context.newPage()
      await again.goto(`/chats/${chat.id}`)
      assert.equal(await again.getByLabel(edit).inputValue(), 'Half a change')
      const added = again.getByRole('textbox', { name: 'Message', exact: true })
      assert.equal(await added.inputValue(), 'Half a message')
      await again.getByRole('link', { name: 'New chat' }).click()
      const first = again.getByRole('textbox', { name: 'Message 1', exact: true })
      assert.equal(await first.inputValue(), 'Half a chat')

      await again.goBack()
      await again.getByRole('button', { name: 'Save message' }).click()
      await again.getByText('Message saved').waitFor()
      await again.reload()
      await again.getByRole('button', { name: 'Edit User, message 1' }).waitFor()
      await again.getByRole('button', { name: `Account of ${ada.email}` }).click()
      await again.getByRole('menuitem', { name: 'Sign out' }).click()
      await again.getByRole('link', { name: 'Create an account' }).first().waitFor()
      assert.deepEqual(await again.evaluate('Object.keys(localStorage)'), [])
    })
  })

  test('without a connection the app stays, says so, and goes on when there is one', async () => {
    const ada = await signUp(server.url)
    await ada.createChat()
    await ada.createChat([], 'Rings')
    const { page, context, close } = await browser.open(server.url, { as: ada })
    const openAtSecondTry = async (name: RegExp, problem: string) => {
      const link = page.getByRole('link', { name })
      await link.waitFor()
      await context.setOffline(true)
      await link.click()
      await page.getByText(problem).waitFor()
      await context.setOffline(false)
      await page.getByRole('button', { name: 'Try again' }).click()
    }
    await page.goto('/')
    await openAtSecondTry(/^Moons/, 'The server can’t be reached.')
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Written without')
    await context.setOffline(true)
    await page.getByRole('button', { name: 'Add message' }).click()
    await page.getByText('The server can’t be reached.').waitFor()
    await context.setOffline(false)
    await page.getByRole('button', { name: 'Add message' }).click()
    await page.getByRole('listitem').filter({ hasText: 'Written without' }).waitFor()

    // The code of this screen is there now: it is the chat and its messages that are asked for again, by one click.
    await page.getByRole('link', { name: 'My chats' }).first().click()
    await openAtSecondTry(/^Rings/, 'The chat couldn’t be loaded.')
    await page.getByRole('textbox', { name: 'Message', exact: true }).waitFor()
    await close()
  })

  test('light or dark is one choice for the app and for shared chats, and holds before anything is painted', async () => {
    const ada = await signUp(server.url)
    const { uuid } = await ada.share(await ada.createChat())
    await at('/', ada, async (page) => {
      const ground = () => page.evaluate<string>('getComputedStyle(document.documentElement).colorScheme')
      const switches = page.getByRole('button', { name: 'Switch between light and dark' })
      await switches.click()
      assert.equal(await ground(), 'dark')
      await page.goto(`/shared/chats/${uuid}`)
      assert.equal(await ground(), 'dark')
      await page.goto('/', { waitUntil: 'commit' })
      await page.locator('#app').waitFor({ state: 'attached' })
      assert.equal(await ground(), 'dark')
      await switches.click()
      await page.goBack()
      assert.equal(await page.evaluate('document.documentElement.dataset.theme'), undefined)
    })
  })

  test('chats are searched, sorted, renamed, and several deleted after a question', async () => {
    const ada = await signUp(server.url)
    for (const name of ['Apples', 'Pears', 'Plums']) await ada.createChat([], name)
    await at('/', ada, async (page) => {
      const names = () => page.getByRole('main').getByRole('listitem').getByRole('link').allInnerTexts()
      await page.getByLabel('Order').selectOption('By name')
      assert.deepEqual(
        (await names()).map((text) => text.split('\n')[0]),
        ['Apples', 'Pears', 'Plums'],
      )
      await page.getByRole('searchbox').fill('pl triton')
      await page.getByText('Pears').waitFor({ state: 'detached' })

      await page.getByRole('button', { name: 'More for Plums' }).click()
      await page.getByRole('menuitem', { name: 'Rename…' }).click()
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Plum cake')
      await page.getByRole('button', { name: 'Rename' }).click()
      await page.getByRole('link', { name: 'Plum cake' }).waitFor()

      await page.getByRole('searchbox').fill('')
      await page.getByLabel('Select Apples').check()
      await page.getByLabel('Select Pears').check()
      await page.getByRole('button', { name: 'Delete…' }).click()
      await page.getByRole('button', { name: 'Delete 2 chats' }).click()
      await page.getByText('2 chats deleted').waitFor()
      assert.equal((await names()).length, 1)
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByText('2 chats are back').waitFor()
      assert.equal((await names()).length, 3)
    })
  })

  test('a single message is edited or deleted', async () => {
    const ada = await signUp(server.url)
    const chat = await ada.createChat([
      { role: 'user', content: 'My key is hunter2' },
      { role: 'assistant', content: 'Thanks.' },
    ])
    await at(`/chats/${chat.id}`, ada, async (page) => {
      await page.getByRole('button', { name: 'Edit User, message 1' }).click()
      await page.getByLabel('Text of User, message 1').fill('My key is a secret')
      await page.getByRole('button', { name: 'Save message' }).click()
      await page.getByText('My key is a secret').waitFor()

      await page.getByRole('button', { name: 'Delete Assistant, message 2' }).click()
      await page.getByRole('button', { name: 'Delete message' }).click()
      await page.getByText('Message deleted').waitFor()
      assert.equal(await page.getByText('Thanks.').count(), 0)

      await page.getByRole('textbox', { name: 'Message' }).fill('You are welcome.')
      await page.getByRole('button', { name: 'Add message' }).click()
      await page.getByText('2 messages').waitFor()
    })
  })

  test('files are dropped in, conversations chosen from them, and one is shared straight away', async () => {
    const ada = await signUp(server.url)
    await at('/import', ada, async (page) => {
      await page.getByLabel('Files with chats').setInputFiles({
        name: 'conversations.json',
        mimeType: 'application/json',
        buffer: Buffer.from(JSON.stringify(['Moons', 'Rings', 'Winds'].map(conversation))),
      })
      await page.getByText('3 of 3 chosen').waitFor()
      await page.getByRole('checkbox', { name: 'Winds' }).uncheck()
      await page.getByRole('button', { name: 'Import 2 chats' }).click()
      await page.getByText('2 chats are new.').waitFor()

      await page.getByRole('button', { name: 'Share Rings' }).click()
      await page.getByRole('button', { name: 'Create open link and copy' }).click()
      await page.getByText('Link copied').waitFor()
      const reader = createVisitor(server.url)
      const answer = await reader.readShare((await readClipboard(page)).split('/').at(-1) ?? '')
      assert.match(answer.text, /What about Rings/)
    })
  })

  test('links are paused, made anew and deleted from the list, several at once', async () => {
    const ada = await signUp(server.url)
    const moons = await ada.share(await ada.createChat(undefined, 'Moons'))
    const rings = await ada.share(await ada.createChat(undefined, 'Rings'))
    const reader = createVisitor(server.url)
    const statuses = async () => [
      (await reader.readShare(moons.uuid)).status,
      (await reader.readShare(rings.uuid)).status,
    ]
    await at('/links', ada, async (page) => {
      await page.getByRole('button', { name: 'More for the link of Moons' }).click()
      await page.getByRole('menuitem', { name: 'Pause link' }).click()
      await page.getByText('Link paused').waitFor()
      assert.deepEqual(await statuses(), [404, 200])

      await page.getByLabel('Select the link of Moons').check()
      await page.getByLabel('Select the link of Rings').check()
      await page.getByRole('button', { name: 'Resume' }).click()
      await page.getByText('2 links resumed').waitFor()
      assert.deepEqual(await statuses(), [200, 200])

      await page.getByRole('button', { name: 'More for the link of Rings' }).click()
      await page.getByRole('menuitem', { name: 'New link…' }).click()
      await page.getByRole('button', { name: 'Make a new link' }).click()
      await page.getByText('Link replaced').waitFor()
      assert.deepEqual(await statuses(), [200, 404])

      await page.getByLabel('Select the link of Moons').check()
      await page.getByRole('button', { name: 'Delete…' }).click()
      await page.getByRole('button', { name: 'Delete link' }).click()
      await page.getByText('Link deleted').waitFor()
      assert.deepEqual(await statuses(), [404, 404])
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByText('The link is back').waitFor()
      assert.deepEqual(await statuses(), [200, 404])
    })
  })

  test('signing out leaves nothing of the account on the page, and the address asked for opens after a sign-in', async () => {
    const ada = await signUp(server.url)
    const chat = await ada.createChat(undefined, 'Moons')
    await at('/', ada, async (page) => {
      await page.getByText('Moons').waitFor()
      await page.getByRole('button', { name: `Account of ${ada.email}` }).click()
      await page.getByRole('menuitem', { name: 'Sign out' }).click()
      await page.getByRole('link', { name: 'Create an account' }).first().waitFor()
      assert.equal(await page.getByText('Moons').count(), 0)

      await page.goto(`/chats/${chat.id}`)
      await page.getByLabel('Email').fill(ada.email)
      await page.getByLabel('Password', { exact: true }).fill(ada.password)
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.getByText('Triton. It orbits backwards.').waitFor()
    })
  })

  test('an account is deleted only after its email was typed, and with its password', async () => {
    const ada = await signUp(server.url)
    await at('/account', ada, async (page) => {
      await page.getByRole('button', { name: 'Delete my account…' }).click()
      const goes = page.getByRole('button', { name: 'Delete everything' })
      assert.equal(await goes.isDisabled(), true)
      await page.getByLabel(`Type ${ada.email} to confirm`).fill(ada.email)
      const dialog = page.getByRole('alertdialog')
      await dialog.getByLabel('Current password').fill('wrong')
      await goes.click()
      await dialog.getByText('The current password is not right.').waitFor()
      await dialog.getByLabel('Current password').fill(ada.password)
      await goes.click()
      await page.getByRole('link', { name: 'Create an account' }).first().waitFor()
    })
    const { email, password } = ada
    const answer = await createVisitor(server.url).send('POST', '/api/auth/login', {
      json: { email, password },
    })
    assert.equal(answer.status, 401)
  })

  test('the account page tells what was done to links and sign-ins, from where, and more when asked', async () => {
    const ada = await signUp(server.url)
    const share = await ada.share(await ada.createChat())
    for (let views = 1; views <= 20; views++) await ada.changeShare(share, { max_views: views })
    await ada.changeShare(share, { is_shared: false })
    await at('/account', ada, async (page) => {
      const section = page.locator('section', { has: page.getByRole('heading', { name: 'Activity' }) })
      await section.getByText('Link paused').waitFor()
      assert.equal(await section.getByText('Account created').count(), 0)
      await section.getByRole('button', { name: 'Show more' }).click()
      await section.getByText('Account created').waitFor()
      assert.equal(await section.getByText('Link changed').count(), 20)
      await section.getByText('node').first().waitFor()
    })
  })

  test('a changed password needs the present one, and says so beside its field', async () => {
    const ada = await signUp(server.url)
    await at('/account', ada, async (page) => {
      const section = page.locator('section', { has: page.getByRole('heading', { name: 'Password' }) })
      await section.getByLabel('New password').fill('another good one')
      await section.getByLabel('Current password').fill('wrong')
      await section.getByRole('button', { name: 'Change password' }).click()
      await section.getByText('This is not your current password.').waitFor()
      await section.getByLabel('Current password').fill(ada.password)
      await section.getByRole('button', { name: 'Change password' }).click()
      await page.getByText('Password changed').waitFor()
    })
  })
})
