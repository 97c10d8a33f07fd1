import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Locator, Page } from 'playwright-core'
import { startBrowser, type TestBrowser } from '../kit/browser.ts'
import { createVisitor, type Person, signUp } from '../kit/client.ts'
import { ensureBuiltApp } from '../kit/ensure-built-app.ts'
import type { Chat, Share } from '../kit/shapes.ts'
import { isFocused, paste, readClipboard } from '../kit/page-facts.ts'
import { type Server, startServer, trustsEmails } from '../kit/start-server.ts'
import { visitApp } from '../kit/visit-app.ts'

const sentence = (dialog: Locator) => dialog.getByTestId('who-can-see')
const save = (dialog: Locator) => dialog.getByRole('button', { name: 'Save changes' }).click()

describe('the share dialog', () => {
  let server: Server
  let browser: TestBrowser
  let ada: Person
  before(async () => {
    ensureBuiltApp()
    server = await startServer({ env: trustsEmails })
    browser = await startBrowser()
    ada = await signUp(server.url)
  })
  after(async () => {
    await browser.close()
    await server.close()
  })

  /** Opens the dialog of a new chat, shared as given or not at all. */
  async function inDialog(
    body: object | undefined,
    act: (dialog: Locator, page: Page, share: Share | undefined, chat: Chat) => Promise<void>,
  ) {
    const chat = await ada.createChat()
    const share = body && (await ada.share(chat, body))
    await visitApp({ browser, server, as: ada }, `/chats/${chat.id}`, async (page) => {
      await page.getByRole('button', { name: 'Share', exact: true }).click()
      const dialog = page.getByRole('dialog', { name: 'Share “Moons”' })
      await sentence(dialog).waitFor()
      await act(dialog, page, share, chat)
    })
  }

  const statusOf = async (share: Share, password?: string) =>
    (await createVisitor(server.url).readShare(share.uuid, password)).status

  test('shares with whoever knows a password, which it made up, shows and copies', async () => {
    await inDialog(undefined, async (dialog, page, _share, chat) => {
      assert.match(await sentence(dialog).innerText(), /^Only you can see this/)
      await dialog.getByRole('button', { name: 'Generate a password' }).click()
      assert.match(await sentence(dialog).innerText(), /^Anyone who has the link and the password can read/)
      await dialog.getByRole('button', { name: 'Copy password' }).click()
      await page.getByText('Password copied').waitFor()
      const password = await readClipboard(page)
      assert.equal(await dialog.getByRole('textbox', { name: 'Password' }).inputValue(), password)

      await dialog.getByRole('button', { name: 'Create private link and copy' }).click()
      await dialog.getByText('A password is set').waitFor()
      const { json } = await ada.get(ada.path('/shares'))
      const { shares } = json() as { shares: Share[] }
      const share = shares.find(({ chat_conversation_id: id }) => id === chat.id)
      assert.ok(share)
      assert.equal(await statusOf(share), 401)
      assert.equal(await statusOf(share, password), 200)
    })
  })

  test('takes a pasted list of people and says of each what is no address', async () => {
    await inDialog({ is_protected: true }, async (dialog, page, share) => {
      assert.ok(share)
      const field = dialog.getByLabel('People, by email')
      const list = 'Bob <bob@example.com>, carol@example.com; dan@, eve'
      await paste(page, field, list)
      const wrong = dialog.getByRole('list', { name: 'Not email addresses' })
      assert.equal(await wrong.getByRole('listitem').count(), 2)
      assert.match(await wrong.innerText(), /dan@ is not an email address/)
      assert.match(
        await sentence(dialog).innerText(),
        /^Only bob@example\.com and carol@example\.com, signed in with their email, can read/,
      )

      await save(dialog)
      await dialog.getByText('Correct or remove what is not an email address.').waitFor()
      await dialog.getByRole('button', { name: 'Correct dan@' }).click()
      await field.fill('dan@example.com')
      await dialog.getByRole('button', { name: 'Leave out eve' }).click()
      assert.match(await sentence(dialog).innerText(), /^Only the 3 people on your list/)
      await save(dialog)
      await page.getByText('Saved').waitFor()
      const entries = await ada.listEntries(share)
      assert.deepEqual(entries.map(({ email }) => email).toSorted(), [
        'bob@example.com',
        'carol@example.com',
        'dan@example.com',
      ])
    })
  })

  test('opens a private share only after asking', async () => {
    await inDialog({ password: 'tritonia' }, async (dialog, page, share) => {
      assert.ok(share)
      await dialog.getByText('Anyone with the link').click()
      await save(dialog)
      const question = page.getByRole('alertdialog')
      await question.getByText('Its password will be removed.').waitFor()
      await question.getByRole('button', { name: 'Cancel' }).click()
      assert.equal(await statusOf(share), 401)

      await save(dialog)
      await question.getByRole('button', { name: 'Open it' }).click()
      await page.getByText('anyone with the link can read it now').waitFor()
      assert.equal(await statusOf(share), 200)
    })
  })

  test('removing the password leaves the share to its owner alone', async () => {
    await inDialog({ password: 'tritonia' }, async (dialog, page, share) => {
      assert.ok(share)
      await dialog.getByRole('button', { name: 'Remove password' }).click()
      assert.match(await sentence(dialog).innerText(), /^Only you can see this/)
      await save(dialog)
      await page.getByText('Saved').waitFor()
      assert.equal(await statusOf(share), 401)
    })
  })

  test('sets expiry, views and a snapshot', async () => {
    await inDialog({}, async (dialog, page, share) => {
      assert.ok(share)
      await dialog.getByText('Expiry, views and later changes').click()
      await dialog.getByLabel('Expires').selectOption('7 days')
      await dialog.getByLabel('Views at most').fill('3')
      await dialog.getByLabel('Snapshot').check()
      assert.match(
        await sentence(dialog).innerText(),
        /^Anyone who has the link can read this chat until .+, at most 3 times in all, as it is now\.$/,
      )
      await save(dialog)
      await page.getByText('Saved').waitFor()
      const saved = await ada.findShare(share)
      assert.equal(saved.max_views, 3)
      assert.ok(saved.snapshot_at !== null && saved.expires_at !== null)
      assert.match(await sentence(dialog).innerText(), /, as it was on .+\.$/)
    })
  })

  test('previews what others get: worked out before saving, asked of the server after', async () => {
    await inDialog({ emails: ['bob@example.com'] }, async (dialog) => {
      await dialog.getByText('Preview as somebody else').click()
      await dialog.getByText('They are asked to sign in').waitFor()
      const who = dialog.getByLabel('See it as')
      await who.selectOption('bob@example.com')
      await dialog.getByText('They read the chat.').waitFor()
      const page = dialog.frameLocator('iframe')
      await page.getByText('What is the largest moon of Neptune?').waitFor()
      await who.selectOption('somebody signed in as…')
      await dialog.getByLabel('Their email').fill('eve@example.com')
      await dialog.getByText('not on the list').waitFor()
      // The view moves to the page once it is loaded, and what is clicked meanwhile may be something else.
      await page.getByRole('heading', { name: 'Not shared with you' }).waitFor()
      while (!(await page.owner().evaluate(isLoaded))) await sleep(20)

      await dialog.getByText('Anyone with the link').click()
      await dialog.getByText('They read the chat. This applies once you save').waitFor()
      await dialog.getByRole('button', { name: 'Discard changes' }).click()
      await dialog.getByText('not on the list').waitFor()
    })
  })

  test('pauses, makes a new link, shows a QR code and deletes the link', async () => {
    await inDialog({}, async (dialog, page, share) => {
      assert.ok(share)
      const more = async (name: string) => {
        await dialog.getByRole('button', { name: 'More for this link' }).click()
        await page.getByRole('menuitem', { name }).click()
      }
      await dialog.getByRole('button', { name: 'QR code' }).click()
      await dialog.getByRole('img', { name: 'QR code of the link' }).waitFor()
      const opened = page.context().waitForEvent('page')
      await more('Open as reader')
      await (await opened).getByRole('article', { name: 'User, message 1' }).waitFor()
      await (await opened).close()
      await more('Pause link')
      await dialog.getByText('Only you can see this while it is paused').waitFor()
      assert.equal(await statusOf(share), 404)
      await dialog.getByRole('button', { name: 'Resume' }).click()
      await dialog.getByText('This link is paused').waitFor({ state: 'detached' })
      assert.equal(await statusOf(share), 200)

      await more('New link…')
      await page.getByRole('button', { name: 'Make a new link' }).click()
      await page.getByText('New link made').waitFor()
      assert.equal(await statusOf(share), 404)

      await more('Delete link…')
      await page.getByRole('alertdialog').getByRole('button', { name: 'Delete link' }).click()
      await dialog.getByRole('button', { name: 'Create open link and copy' }).waitFor()
      await page.getByRole('button', { name: 'Undo' }).click()
      await dialog.getByLabel('Link', { exact: true }).waitFor()
    })
  })

  test('asks before what was set in it is lost', async () => {
    await inDialog({}, async (dialog, page, _share, chat) => {
      await page.keyboard.press('Escape')
      await page.getByRole('link', { name: 'My chats' }).click()
      await page.locator(`a[href="/chats/${chat.id}"]`).click()
      await page.getByRole('button', { name: 'Share', exact: true }).click()
      await dialog.getByText('Private').click()
      await dialog.getByRole('button', { name: 'Generate a password' }).click()
      await page.keyboard.press('Escape')
      const question = page.getByRole('alertdialog', { name: 'Leave without saving?' })
      await question.getByRole('button', { name: 'Cancel' }).click()
      assert.match(await sentence(dialog).innerText(), /and the password/)
      // The way back leaves the dialog too.
      await question.waitFor({ state: 'detached' })
      await page.evaluate('history.back()')
      await question.getByRole('button', { name: 'Cancel' }).click()
      assert.match(await sentence(dialog).innerText(), /and the password/)
      await page.keyboard.press('Escape')
      await question.getByRole('button', { name: 'Leave' }).click()
      await dialog.waitFor({ state: 'detached' })
    })
  })

  test('goes on after a sign-in when the session ends before saving', async () => {
    const eve = await signUp(server.url)
    const share = await eve.share(await eve.createChat())
    const visitor = await browser.open(server.url, { as: eve })
    const { page } = visitor
    await page.goto(`/chats/${share.chat_conversation_id}`)
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Share “Moons”' })
    await dialog.getByText('Private').click()
    assert.equal((await eve.send('DELETE', eve.path('/sessions'))).status, 200)
    await save(dialog)
    const again = page.getByRole('dialog', { name: 'Sign in again to continue' })
    await again.getByLabel('Password', { exact: true }).fill(eve.password)
    await again.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('Saved').waitFor()
    assert.equal(await statusOf(share), 401)
    assert.deepEqual(visitor.problems(), [])
    await visitor.close()
  })

  test('is worked by keyboard alone, and gives the focus back', async () => {
    await inDialog({}, async (dialog, page) => {
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
      const share = page.getByRole('button', { name: 'Share', exact: true })
      assert.equal(await isFocused(share), true)
      await page.keyboard.press('Enter')
      await sentence(dialog).waitFor()
      const copy = dialog.getByRole('button', { name: 'Copy link' }).last()
      for (let presses = 0; presses < 30; presses++) {
        if (await isFocused(copy)) break
        await page.keyboard.press('Tab')
      }
      await page.keyboard.press('Enter')
      await page.getByText('Link copied').waitFor()
    })
  })
})

function isLoaded(frame: { contentDocument?: { readyState: string } | null }): boolean {
  return frame.contentDocument?.readyState === 'complete'
}
