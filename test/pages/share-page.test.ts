import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { secondsInWords } from '../../src/accounts/seconds-in-words.ts'
import { exhaustingMessages } from '../fixtures/payloads/exhausting-messages.ts'
import { basic, createVisitor, type Person, signUp, type Visitor } from '../kit/client.ts'
import { sendRaw } from '../kit/raw-socket.ts'
import { attribute, expectPage, type ReadPage } from '../kit/read-page.ts'
import { expectNotFound } from '../kit/refusals.ts'
import type { Share } from '../kit/shapes.ts'
import { type Server, startServer, trustsEmails } from '../kit/start-server.ts'

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'"

/** Of the chats that nobody but their readers may learn about. */
const secret = { name: 'Zanzibar plans', question: 'Where is the treasure?', answer: 'Under the mango tree.' }

const pathOf = (share: Share) => `/shared/chats/${share.uuid}`

const look = (visitor: Visitor, share: Share, headers = {}) => visitor.get(pathOf(share), headers)
const fill = (visitor: Visitor, share: Share, form: Record<string, string>) =>
  visitor.send('POST', pathOf(share), { form })

function assertSilent(page: ReadPage, html: string): void {
  for (const word of [...Object.values(secret), 'triton-1', '2 messages']) {
    assert.ok(!html.includes(word), `“${word}” is told in: ${page.text}`)
  }
}

describe('the page of a shared chat', () => {
  let server: Server
  let owner: Person
  let stranger: Visitor

  before(async () => {
    server = await startServer({ env: trustsEmails })
    owner = await signUp(server.url)
    stranger = createVisitor(server.url)
  })
  after(() => server.close())

  async function shareSecret(settings: object): Promise<Share> {
    const messages = [
      { content: secret.question, role: 'user' },
      { content: secret.answer, role: 'assistant' },
    ] as const
    return owner.share(await owner.createChat(messages, secret.name), settings)
  }

  describe('an open one', () => {
    test('shows title, model, number of messages, and who said what', async () => {
      const page = expectPage(await look(stranger, await owner.share(await owner.createChat())), 200)
      assert.match(page.title, /^Moons/)
      assert.match(page.text, /Moons triton-1 2 messages/)
      assert.match(
        page.text,
        /User .* What is the largest moon of Neptune\? Assistant .* Triton\. It orbits backwards\./,
      )
    })

    test('links to messages by their number in the chat', async () => {
      const { elements } = expectPage(await look(stranger, await owner.share(await owner.createChat())), 200)
      const ids = elements.map((element) => attribute(element, 'id'))
      const links = elements.map((element) => attribute(element, 'href'))
      for (const number of [1, 2]) {
        assert.ok(ids.includes(`message-${number}`) && links.includes(`#message-${number}`))
      }
    })

    test('has a strict policy, and nothing inline that it would have to allow', async () => {
      const answer = await look(stranger, await owner.share(await owner.createChat()))
      assert.equal(answer.headers.get('content-security-policy'), policy)
      assert.equal(answer.headers.get('referrer-policy'), 'same-origin')
      assert.equal(answer.headers.get('x-robots-tag'), 'noindex, nofollow, noarchive')
      for (const element of expectPage(answer, 200).elements) {
        for (const { name } of element.attrs) assert.ok(name !== 'style' && !name.startsWith('on'), name)
        assert.notEqual(element.tagName, 'style')
        if (element.tagName === 'script') assert.deepEqual(element.childNodes, [])
      }
    })

    test('tells link previews the title and the first words, without characters that deceive', async () => {
      const messages = [{ content: '# Is **this**\u202E real\u200B?\n\n"Yes" <b>', role: 'user' }] as const
      const share = await owner.share(await owner.createChat(messages, 'A\u202Ename "quoted" <i>'))
      const { meta, title } = expectPage(await look(stranger, share), 200)
      assert.equal(meta.get('og:title'), 'Aname "quoted" <i>')
      assert.equal(meta.get('twitter:title'), 'Aname "quoted" <i>')
      assert.match(meta.get('og:description') ?? '', /^Is this real\? "Yes"/)
      assert.match(title, /^Aname "quoted" <i>/)
      assert.match(meta.get('robots') ?? '', /noindex/)
    })

    test('shows itself elsewhere by its present address, and by a picture that is the same for every chat', async () => {
      const share = await owner.share(await owner.createChat())
      const { meta } = expectPage(await look(stranger, share), 200)
      assert.equal(meta.get('og:url'), server.url + pathOf(share))
      assert.equal(meta.get('twitter:card'), 'summary_large_image')
      const image = await fetch(meta.get('og:image') ?? '')
      assert.equal(image.headers.get('content-type'), 'image/png')
      assert.equal(image.headers.get('cross-origin-resource-policy'), 'cross-origin')
      assert.equal(meta.get('twitter:image'), meta.get('og:image'))
      const rotated = await owner.send('POST', owner.sharePath(share, '/rotate'))
      const { uuid } = (rotated.json() as { share: Share }).share
      const after = expectPage(await stranger.get(`/shared/chats/${uuid}`), 200)
      assert.equal(after.meta.get('og:url'), `${server.url}/shared/chats/${uuid}`)
      const locked = await shareSecret({ password: 'open sesame' })
      const gated = expectPage(await look(stranger, locked), 401)
      assert.equal(gated.meta.get('og:image'), meta.get('og:image'))
    })

    test('is asked about again each time, and not sent twice', async () => {
      const share = await owner.share(await owner.createChat())
      const first = await look(stranger, share)
      assert.equal(first.headers.get('cache-control'), 'private, no-cache')
      assert.match(first.headers.get('vary') ?? '', /Cookie, Authorization, Accept/)
      const etag = first.headers.get('etag') ?? ''
      const again = await look(stranger, share, { 'if-none-match': etag })
      assert.deepEqual([again.status, again.text], [304, ''])
      await owner.changeShare(share, { is_shared: false })
      expectPage(await look(stranger, share, { 'if-none-match': etag }), 404)
    })

    test('is the same compressed and not, under another ETag', async () => {
      const share = await owner.share(await owner.createChat())
      const ask = (encoding: string) =>
        sendRaw(
          server.url,
          `GET ${pathOf(share)} HTTP/1.1\r\nHost: {host}\r\n${encoding}Connection: close\r\n\r\n`,
        )
      const plain = await ask('')
      const unwanted = await ask('Accept-Encoding: gzip;q=0\r\n')
      assert.equal(plain.headers.get('content-encoding'), undefined)
      assert.equal(unwanted.headers.get('content-encoding'), undefined)
      const response = await fetch(server.url + pathOf(share), { headers: { 'accept-encoding': 'gzip' } })
      assert.equal(response.headers.get('content-encoding'), 'gzip')
      assert.equal(await response.text(), plain.body)
      assert.notEqual(response.headers.get('etag'), plain.headers.get('etag'))
    })

    test('shows what was added, edited and deleted at the next look', async () => {
      const chat = await owner.createChat()
      const share = await owner.share(chat)
      expectPage(await look(stranger, share), 200)
      const [added] = await owner.addMessages(chat, [{ content: 'And **Nereid**?', role: 'user' }])
      assert.match(expectPage(await look(stranger, share), 200).text, /And Nereid ?\?/)
      const path = owner.path(`/chats/${chat.id}/messages/${added?.id}`)
      await owner.send('PATCH', path, { json: { content: 'And Proteus?' } })
      assert.match(expectPage(await look(stranger, share), 200).text, /And Proteus\?/)
      await owner.send('DELETE', path)
      const page = expectPage(await look(stranger, share), 200)
      assert.doesNotMatch(page.text, /Proteus|Nereid/)
      assert.match(page.text, /2 messages/)
    })

    test('with many questions has a table of them', async () => {
      const messages = Array.from({ length: 8 }, (_, index) =>
        index % 2 === 0
          ? ({ content: `**Question** number ${index + 1}`, role: 'user' } as const)
          : ({ content: 'Answer', role: 'assistant' } as const),
      )
      const page = expectPage(await look(stranger, await owner.share(await owner.createChat(messages))), 200)
      assert.match(
        page.text,
        /Questions Question number 1 Question number 3 Question number 5 Question number 7/,
      )
    })

    test('without messages says so', async () => {
      const page = expectPage(await look(stranger, await owner.share(await owner.createChat([]))), 200)
      assert.match(page.text, /no messages in this chat yet/)
    })

    test('gives Markdown to who asks for it', async () => {
      const share = await owner.share(await owner.createChat())
      const answer = await look(stranger, share, { accept: 'text/markdown' })
      assert.equal(answer.headers.get('content-type'), 'text/markdown; charset=utf-8')
      assert.match(answer.text, /^# Moons\n\nModel: triton-1\n\n## User\n/)
      const browser = await look(stranger, share, { accept: 'text/html, text/markdown;q=0.5' })
      expectPage(browser, 200)
    })

    test('is a page of its snapshot, where it has one', async () => {
      const chat = await owner.createChat()
      const share = await owner.share(chat, { snapshot: true })
      await owner.addMessages(chat, [{ content: 'Later words', role: 'user' }])
      assert.doesNotMatch(expectPage(await look(stranger, share), 200).text, /Later words/)
    })
  })

  describe('one with a password', () => {
    test('asks for it and tells nothing of the chat', async () => {
      const share = await shareSecret({ password: 'open sesame' })
      const answer = await look(stranger, share)
      const page = expectPage(answer, 401)
      assert.match(page.text, /Enter the password/)
      assert.equal(answer.headers.get('cache-control'), 'private, no-store')
      assert.equal(answer.headers.get('www-authenticate'), null)
      assert.equal(page.meta.get('og:title'), 'A shared chat')
      assertSilent(page, answer.text)
    })

    test('is opened by the form, which leads back to the page', async () => {
      for (const password of [
        'open sesame',
        'a:b',
        'p+l&u=s %41',
        'schlüssel 🔑',
        ' spaces ',
        '"><script>',
        'e\u0301',
      ]) {
        const share = await shareSecret({ password })
        const reader = createVisitor(server.url)
        const answer = await fill(reader, share, { password })
        assert.deepEqual([answer.status, answer.headers.get('location')], [303, pathOf(share)], password)
        assert.match(expectPage(await look(reader, share), 200).text, /mango tree/)
      }
    })

    test('says kindly that a password was wrong, and asks again', async () => {
      const share = await shareSecret({ password: 'open sesame' })
      const answer = await fill(createVisitor(server.url), share, { password: 'Open Sesame' })
      const page = expectPage(answer, 401)
      assert.match(page.text, /That is not the password/)
      assert.ok(!answer.text.includes('Open Sesame'))
      assertSilent(page, answer.text)
    })

    test('doesn’t count an empty form as a try', async () => {
      const share = await shareSecret({ password: 'open sesame' })
      const reader = createVisitor(server.url)
      for (let i = 0; i < 12; i += 1) assert.equal((await fill(reader, share, { password: '' })).status, 303)
      assert.equal((await fill(reader, share, { password: 'open sesame' })).status, 303)
    })

    test('after too many wrong ones says how long to wait', async () => {
      const share = await shareSecret({ password: 'open sesame' })
      for (let i = 0; i < 10; i += 1) await fill(stranger, share, { password: `wrong ${i}` })
      const answer = await fill(stranger, share, { password: 'open sesame' })
      const page = expectPage(answer, 429)
      const seconds = Number(answer.headers.get('retry-after'))
      assert.ok(seconds > 0)
      assert.ok(page.text.includes(`wait ${secondsInWords(seconds)}`), page.text)
      assertSilent(page, answer.text)
    })

    test('takes the same proofs as the API: Basic, the unlock cookie, the session', async () => {
      const share = await shareSecret({ password: 'pässword' })
      for (const encoding of ['utf8', 'latin1'] as const) {
        const authorization = basic(':pässword', encoding)
        expectPage(await look(createVisitor(server.url), share, { authorization }), 200)
      }
      const unlocked = createVisitor(server.url)
      await unlocked.unlock(share.uuid, 'pässword')
      expectPage(await look(unlocked, share), 200)
      const person = await signUp(server.url)
      await person.unlock(share.uuid, 'pässword')
      person.cookies.delete(`neptun-unlock-${share.uuid}`)
      expectPage(await look(person, share), 200)
    })

    test('closes at once when its password changes', async () => {
      const share = await shareSecret({ password: 'open sesame' })
      const reader = createVisitor(server.url)
      await fill(reader, share, { password: 'open sesame' })
      const opened = await look(reader, share)
      expectPage(opened, 200)
      assert.equal(opened.headers.get('cache-control'), 'private, no-store')
      await owner.changeShare(share, { password: 'another' })
      expectPage(await look(reader, share, { 'if-none-match': opened.headers.get('etag') ?? '' }), 401)
    })

    test('takes no password from another site', async () => {
      const share = await shareSecret({ password: 'open sesame' })
      const answer = await stranger.send('POST', pathOf(share), {
        form: { password: 'open sesame' },
        headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      })
      expectPage(answer, 403)
    })
  })

  describe('one for certain people', () => {
    test('asks strangers to sign in, and the way leads back', async () => {
      const share = await shareSecret({ emails: ['friend@example.org'] })
      const answer = await look(stranger, share)
      const page = expectPage(answer, 401)
      const links = page.elements.map((element) => attribute(element, 'href'))
      assert.ok(links.includes(`/sign-in?next=${pathOf(share)}`))
      assert.ok(links.includes(`/sign-up?next=${pathOf(share)}`))
      assertSilent(page, answer.text)
      assert.ok(!answer.text.includes('friend@example.org'))
    })

    test('tells somebody else which account they are signed in with', async () => {
      const share = await shareSecret({ emails: ['friend@example.org'] })
      const other = await signUp(server.url)
      const answer = await look(other, share)
      const page = expectPage(answer, 403)
      assert.ok(page.text.includes(other.email))
      assert.match(page.text, /Use another account/)
      assertSilent(page, answer.text)
      assert.ok(!answer.text.includes('friend@example.org'))
    })

    test('opens for them', async () => {
      const friend = await signUp(server.url)
      const share = await shareSecret({ emails: [friend.email] })
      assert.match(expectPage(await look(friend, share), 200).text, /mango tree/)
    })

    test('asks for the password first, where it has one too', async () => {
      const friend = await signUp(server.url)
      const share = await shareSecret({ emails: [friend.email], password: 'open sesame' })
      const reader = createVisitor(server.url)
      assert.match(expectPage(await look(reader, share), 401).text, /Enter the password/)
      await fill(reader, share, { password: 'open sesame' })
      assert.match(expectPage(await look(reader, share), 401).text, /Sign in to see this chat/)
      await fill(friend, share, { password: 'open sesame' })
      expectPage(await look(friend, share), 200)
    })
  })

  describe('one of limited views', () => {
    const isHtml = { accept: 'text/html' }

    test('asks before one is used; looking, previewing and asking for headers cost none', async () => {
      const share = await shareSecret({ max_views: 1 })
      for (let i = 0; i < 3; i += 1) {
        const answer = await look(stranger, share, isHtml)
        const page = expectPage(answer, 200)
        assert.match(page.text, /Open \(uses one view\)/)
        assertSilent(page, answer.text)
        assert.equal((await stranger.send('HEAD', pathOf(share))).status, 200)
      }
      assert.equal((await owner.findShare(share)).view_count, 0)
      assert.match(expectPage(await fill(stranger, share, { open: '1' }), 200).text, /mango tree/)
      const another = createVisitor(server.url)
      expectPage(await fill(another, share, { open: '1' }), 404)
      expectPage(await look(another, share), 404)
      assert.equal((await owner.findShare(share)).view_count, 1)
    })

    test('opens exactly as often as it says, however many ask at once', async () => {
      const share = await shareSecret({ max_views: 3 })
      const answers = await Promise.all(
        Array.from({ length: 12 }, () => fill(stranger, share, { open: '1' })),
      )
      assert.equal(answers.filter(({ status }) => status === 200).length, 3)
      assert.equal(answers.filter(({ status }) => status === 404).length, 9)
    })

    test('asks for the password before it asks to open', async () => {
      const share = await shareSecret({ max_views: 1, password: 'open sesame' })
      const reader = createVisitor(server.url)
      expectPage(await fill(reader, share, { open: '1' }), 401)
      await fill(reader, share, { password: 'open sesame' })
      assert.match(expectPage(await look(reader, share), 200).text, /uses one view/)
      expectPage(await fill(reader, share, { open: '1' }), 200)
    })

    test('shows its owner the chat at once, and counts nothing', async () => {
      const share = await shareSecret({ max_views: 1 })
      assert.match(expectPage(await look(owner, share), 200).text, /mango tree/)
      assert.equal((await owner.findShare(share)).view_count, 0)
    })

    test('tells nobody from another site', async () => {
      const share = await shareSecret({ max_views: 1 })
      const headers = { origin: 'https://evil.example' }
      expectPage(await stranger.send('POST', pathOf(share), { form: { open: '1' }, headers }), 403)
      assert.equal((await owner.findShare(share)).view_count, 0)
    })
  })

  describe('one that isn’t there', () => {
    test('is paused or expired, which of them is not said', async () => {
      const paused = await shareSecret({ is_shared: false, password: 'open sesame' })
      const answer = await look(stranger, paused)
      const page = expectPage(answer, 404)
      assert.match(page.text, /paused or has expired/)
      assertSilent(page, answer.text)
      expectPage(await fill(stranger, paused, { password: 'open sesame' }), 404)
    })

    test('shows its owner the chat, and that only they see it', async () => {
      const share = await shareSecret({ is_shared: false })
      assert.match(expectPage(await look(owner, share), 200).text, /Only you see this: the share is paused\./)
      const used = await shareSecret({ max_views: 1 })
      await fill(stranger, used, { open: '1' })
      assert.match(
        expectPage(await look(owner, used), 200).text,
        /Only you see this: all its views are used up\./,
      )
      await owner.changeShare(share, { is_shared: true })
      assert.doesNotMatch(expectPage(await look(owner, share), 200).text, /Only you see this/)
    })

    test('never was', async () => {
      for (const name of [
        '00000000-0000-4000-8000-000000000000',
        'x',
        '%00',
        '%zz',
        '..%2f',
        'a'.repeat(5000),
      ]) {
        const answer = await stranger.get(`/shared/chats/${name}`)
        assert.match(expectPage(answer, 404).text, /There is no such share/, name)
      }
    })

    test('is gone: deleted, or under a new link', async () => {
      const share = await shareSecret({})
      await owner.send('POST', owner.sharePath(share, '/rotate'))
      expectPage(await look(stranger, share), 404)
    })

    test('answers programs that ask for Markdown in a line', async () => {
      const answer = await stranger.get('/shared/chats/x', { accept: 'text/markdown' })
      assert.deepEqual([answer.status, answer.text], [404, 'The share does not exist.\n'])
    })

    test('tells programs that ask for Markdown how to send the password', async () => {
      const share = await shareSecret({ password: 'open sesame' })
      const answer = await look(stranger, share, { accept: 'text/markdown' })
      assert.equal(answer.status, 401)
      assert.match(answer.text, /^You are not authorized to view this chat\. Send its password .* `curl -u :/)
    })
  })

  test('a chat that takes long to render holds up nobody else', async () => {
    const heavy = [
      '1 MiB of emphasis of every kind',
      '100,000 small formulas',
      '1 MiB of code in many blocks',
    ]
    const messages = exhaustingMessages
      .filter(({ name }) => heavy.includes(name))
      .map(({ markdown }) => ({ content: markdown.slice(0, 300_000), role: 'user' as const }))
    assert.equal(messages.length, heavy.length)
    const slow = await owner.share(await owner.createChat(messages))
    const other = await owner.share(await owner.createChat())
    const order: string[] = []
    const slowAnswer = look(stranger, slow).finally(() => order.push('slow'))
    for (let i = 0; i < 5; i += 1) assert.equal((await stranger.readShare(other.uuid)).status, 200)
    order.push('others')
    expectPage(await slowAnswer, 200)
    assert.deepEqual(order, ['others', 'slow'])
  })

  test('a form that can’t be read is answered by a page', async () => {
    const share = await shareSecret({ password: 'open sesame' })
    const twice = await stranger.send('POST', pathOf(share), { form: 'password=a&password=b' })
    expectPage(twice, 400)
    const huge = await stranger.send('POST', pathOf(share), { form: { password: 'x'.repeat(70_000) } })
    expectPage(huge, 413)
  })
})

describe('addresses that are nothing here', () => {
  let server: Server
  before(async () => {
    server = await startServer({ env: trustsEmails })
  })
  after(() => server.close())
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

  test('are a page to people, and the one shape of errors to programs and below /api', async () => {
    const visitor = createVisitor(server.url)
    for (const path of ['/nothing', '/chats/1/2', '/api-is-elsewhere']) {
      assert.match(expectPage(await visitor.get(path, browser), 404).text, /There is no such page/)
      expectNotFound(await visitor.get(path), 'Route not found')
    }
    assert.match(expectPage(await visitor.get('/shared/chats/', browser), 404).text, /There is no such share/)
    for (const path of ['/api', '/api/nothing', '/api?x']) {
      expectNotFound(await visitor.get(path, browser), 'Route not found')
    }
  })

  test('lead on where a share’s address only has a slash too many', async () => {
    const owner = await signUp(server.url)
    const share = await owner.share(await owner.createChat())
    const answer = await owner.get(`${pathOf(share)}//?from=mail`)
    assert.deepEqual([answer.status, answer.headers.get('location')], [308, `${pathOf(share)}?from=mail`])
    expectNotFound(await owner.get(`/api${pathOf(share)}/`), 'Route not found')
  })
})

describe('the parts of the pages', () => {
  let server: Server
  before(async () => {
    server = await startServer({ env: trustsEmails })
  })
  after(() => server.close())

  test('are kept for good by browsers, and small', async () => {
    const visitor = createVisitor(server.url)
    // The page to sign in has passkeys besides.
    for (const [path, most] of [
      ['/sign-up', 1_300],
      ['/sign-in', 1_900],
    ] as const) {
      const { elements } = expectPage(await visitor.get(path), 200)
      const urls = elements.flatMap((element) =>
        ['script', 'link'].includes(element.tagName)
          ? [attribute(element, 'src') ?? attribute(element, 'href') ?? '']
          : [],
      )
      const sizes: Record<string, number> = {}
      for (const url of urls) {
        const response = await fetch(server.url + url)
        assert.equal(response.headers.get('cache-control'), 'public, max-age=31536000, immutable')
        await response.arrayBuffer()
        const kind = url.split('.').at(-1) ?? ''
        sizes[kind] = (sizes[kind] ?? 0) + Number(response.headers.get('content-length'))
      }
      assert.ok((sizes['js'] ?? Infinity) <= most, `${sizes['js']} bytes of script`)
      assert.ok((sizes['css'] ?? Infinity) <= 12_000, `${sizes['css']} bytes of style`)
    }
  })

  test('lead to everything that the style names', async () => {
    const visitor = createVisitor(server.url)
    const page = (await visitor.get('/sign-in')).text
    const style = (await visitor.get(/href="([^"]+\.css)"/.exec(page)?.[1] ?? '')).text
    const named = [...style.matchAll(/url\(["']?([^"')]+)["']?\)/g)].map(([, url]) => url ?? '')
    assert.ok(named.length >= 3)
    for (const url of named) assert.equal((await visitor.get(url)).status, 200, url)
  })

  test('are these and no other files', async () => {
    const visitor = createVisitor(server.url)
    for (const name of ['page.css', 'page.000000000000.css', '..%2fpage.css', '%2e%2e%2fdocument.ts']) {
      assert.equal((await visitor.get(`/page-assets/${name}`)).status, 404, name)
    }
  })
})
