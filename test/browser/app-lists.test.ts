import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { createVisitor, expectOk, type Person, signUp } from '../kit/client.ts'
import { findAxeViolations, startBrowser, type TestBrowser } from '../kit/browser.ts'
import { ensureBuiltApp } from '../kit/ensure-built-app.ts'
import { untilStill } from '../kit/page-facts.ts'
import { shapes } from '../kit/shapes.ts'
import { type Server, startServer, trustsEmails } from '../kit/start-server.ts'

describe('an account with many chats and links', () => {
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

  async function at(path: string, person: Person, act: (page: Page) => Promise<void>) {
    const visitor = await browser.open(server.url, { as: person })
    await visitor.page.goto(path)
    await act(visitor.page)
    await untilStill(visitor.page)
    assert.deepEqual(await findAxeViolations(visitor.page), [])
    assert.deepEqual(visitor.problems(), [])
    await visitor.close()
  }

  const linksOf = async ({ id }: { readonly id: number }) => {
    const { shares } = expectOk(await ada.get(ada.path('/shares')), shapes.shares)
    return shares.filter((share) => share.chat_conversation_id === id)
  }

  test('is searched from everywhere by a key, and a hit leads to its message', async () => {
    const grace = await signUp(server.url)
    for (let n = 0; n < 55; n++) await grace.createChat([], `Note ${n}`)
    const filler = Array.from({ length: 12 }, (_, n) => ({
      role: n % 2 ? ('assistant' as const) : ('user' as const),
      content: `Line ${n}\n\n${'text '.repeat(200)}`,
    }))
    await grace.createChat([...filler, { role: 'user', content: 'The needle is here' }], 'Haystack')
    await at('/links', grace, async (page) => {
      await page.getByText('You have shared nothing yet').waitFor()
      await page.keyboard.press('Control+k')
      await page.getByText('56 chats').waitFor()
      assert.equal(await page.getByRole('link', { name: /Note \d/ }).count(), 49)
      await page.getByRole('button', { name: 'Show more of 56' }).click()
      await page.getByRole('link', { name: 'Note 0' }).waitFor()
      await page.keyboard.press('/')
      await page.getByRole('searchbox').fill('needle')
      await page.getByText('1 chat', { exact: true }).waitFor()
      assert.equal(await page.locator('mark').innerText(), 'needle')
      await page.getByRole('link', { name: /Haystack/ }).click()
      await page.getByText('The needle is here').waitFor()
      await page.waitForFunction(
        `(({ top }) => top >= 0 && top < innerHeight)(document.querySelector('#message-13').getBoundingClientRect())`,
      )
      await page.goBack()
      await page.getByText('1 chat', { exact: true }).waitFor()
    })
  })

  test('a chat has several links in its dialog, a private one first, and each tells who read it', async () => {
    const reader = await signUp(server.url)
    const chat = await ada.createChat()
    await at(`/chats/${chat.id}`, ada, async (page) => {
      await page.getByRole('button', { name: 'Share', exact: true }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText('Only you can see this').waitFor()
      await dialog.getByRole('button', { name: 'Create private link and copy' }).click()
      await dialog.getByRole('button', { name: 'Another link' }).click()
      await dialog.getByRole('button', { name: 'Create open link and copy' }).click()
      await dialog.getByText('Give the link a label').waitFor()
      await dialog.getByLabel('Label, which only you see').fill('Team')
      await dialog.getByRole('textbox', { name: /email/i }).fill(reader.email)
      await dialog.getByRole('button', { name: 'Create private link and copy' }).click()
      await dialog.getByRole('button', { name: 'Team' }).waitFor()
      const { shares } = expectOk(await ada.get(ada.path('/shares')), shapes.shares)
      const team = shares.find(({ label }) => label === 'Team')
      const main = shares.find((share) => share.chat_conversation_id === chat.id && share.label === null)
      assert.ok(team && main)
      assert.equal((await createVisitor(server.url).readShare(main.uuid)).status, 401)
      assert.equal((await reader.readShare(team.uuid)).status, 200)
      await dialog.getByText('Who read it').click()
      await dialog
        .getByRole('listitem')
        .filter({ hasText: reader.email })
        .filter({ hasText: 'once' })
        .waitFor()
      await dialog.getByRole('img', { name: '1 view in the last 30 days' }).waitFor()
    })
  })

  test('a part of a chat is chosen, redacted, looked at and published, and updated by the same choice', async () => {
    const chat = await ada.createChat(
      [
        { role: 'user', content: 'My key is sk-4815.' },
        { role: 'assistant', content: 'Hide it.' },
        { role: 'user', content: 'Not for others.' },
      ],
      'Keys',
    )
    await at(`/chats/${chat.id}`, ada, async (page) => {
      await page.getByRole('button', { name: 'More for this chat' }).click()
      await page.getByRole('menuitem', { name: 'Share a part…' }).click()
      const part = page.getByRole('dialog', { name: 'Share a part of “Keys”' })
      await part.getByLabel('Label, which only you see').fill('The beginning')
      await part.getByLabel('to', { exact: true }).fill('2')
      await part.getByRole('button', { name: 'Choose these' }).click()
      await part.getByLabel('Hide these texts, one on each line').fill('sk-4815\nsk-1623')
      await part.getByRole('button', { name: 'See the result' }).click()
      const result = part.getByRole('region', { name: 'The result' })
      assert.match(await result.innerText(), /My key is \[redacted\]\.[^]*Hide it\./)
      assert.doesNotMatch(await result.innerText(), /Not for others/)
      assert.match(await result.getByRole('status').innerText(), /stands nowhere[^]*sk-1623$/)
      await untilStill(page)
      assert.deepEqual(await findAxeViolations(page), [])
      await part.getByRole('button', { name: 'Make the link' }).click()
      const dialog = page.getByRole('dialog', { name: 'Share “Keys”' })
      await dialog.getByText('Only you can see this').waitFor()
      const share = (await linksOf(chat)).find(({ label }) => label === 'The beginning')
      assert.ok(share)
      assert.deepEqual([share.is_selection, share.is_protected, share.is_shared], [true, true, true])
      const shown = async () =>
        expectOk(await ada.readShare(share.uuid), shapes.sharedChat).chatMessages.map(
          ({ content }) => content,
        )
      assert.deepEqual(await shown(), ['My key is [redacted].', 'Hide it.'])

      await dialog.getByRole('button', { name: 'Choose the part anew…' }).click()
      await part.getByText('2 of 3 chosen').waitFor()
      await part.getByText('write again what this link has hidden').waitFor()
      await part.getByLabel('Hide these texts, one on each line').fill('key')
      await part.getByRole('button', { name: 'See the result' }).click()
      await part.getByRole('button', { name: 'Update the link' }).click()
      await page.getByText('Updated: readers see this part now').waitFor()
      assert.deepEqual(await shown(), ['My [redacted] is sk-4815.', 'Hide it.'])
    })
  })

  test('a part that can’t be taken leaves no link, which would show all of the chat once it is resumed', async () => {
    const chat = await ada.createChat()
    await at(`/chats/${chat.id}`, ada, async (page) => {
      await page.getByRole('button', { name: 'More for this chat' }).click()
      await page.getByRole('menuitem', { name: 'Share a part…' }).click()
      const part = page.getByRole('dialog')
      await part.getByLabel('Label, which only you see').fill('The beginning')
      await part.getByRole('button', { name: 'Choose these' }).click()
      await part.getByRole('button', { name: 'See the result' }).click()
      const listed = await ada.get(ada.path(`/chats/${chat.id}/messages`))
      const [first] = expectOk(listed, shapes.messages).chatMessages
      await ada.send('DELETE', ada.path(`/chats/${chat.id}/messages/${first?.id}`))
      await part.getByRole('button', { name: 'Make the link' }).click()
      await part.getByRole('alert').waitFor()
      assert.deepEqual(await linksOf(chat), [])
    })
  })

  test('links are found, sorted, and paused together', async () => {
    const owner = await signUp(server.url)
    const chat = await owner.createChat([{ role: 'user', content: 'Nereid' }], 'Moons')
    const shares = [await owner.share(chat), await owner.share(chat, { label: 'Press' })]
    await owner.share(await owner.createChat([], 'Stars'))
    await at('/links', owner, async (page) => {
      await page.getByText('3 links').waitFor()
      await page.getByRole('searchbox').fill('nereid')
      await page.getByText('2 links').waitFor()
      for (const box of await page.getByRole('checkbox').all()) await box.check()
      await page.getByRole('region', { name: 'Chosen links' }).getByRole('button', { name: 'Pause' }).click()
      await page.getByText('2 links paused').waitFor()
      for (const { uuid } of shares) {
        assert.equal((await createVisitor(server.url).readShare(uuid)).status, 404)
      }
      await page.getByRole('searchbox').fill('')
      await page.getByText('3 links', { exact: true }).waitFor()
      await page.getByLabel('State').selectOption('paused')
      await page.getByText('2 links', { exact: true }).waitFor()
    })
  })
})
