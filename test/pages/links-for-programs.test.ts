import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { basic, createVisitor, expectOk, signUp } from '../kit/client.ts'
import { expectNotFound, expectRow, info } from '../kit/refusals.ts'
import { shapes, type Share } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'

const server = await startServer()
after(() => server.close())

const owner = await signUp(server.url)
const anyone = createVisitor(server.url)
const share = async (settings: object = {}, name = 'Moons') =>
  owner.share(await owner.createChat(undefined, name), settings)
const pathOf = ({ uuid }: Share) => `/shared/chats/${uuid}`
const typeOf = (headers: Headers) => headers.get('content-type')?.split(';')[0]

const askOEmbed = (url: string) => anyone.get(`/oembed?format=json&url=${encodeURIComponent(url)}`)
/** @param form an ending, or what `Accept` says */
const askAs = (form: string, of: Share, headers: Record<string, string> = {}) =>
  form.startsWith('.')
    ? anyone.get(`${pathOf(of)}${form}`, headers)
    : anyone.get(pathOf(of), { ...headers, accept: form })

describe('the link of a shared chat', () => {
  test('is read as what its ending names', async () => {
    const of = await share()
    const markdown = await anyone.get(`${pathOf(of)}.md`, { accept: 'text/html' })
    assert.deepEqual([markdown.status, typeOf(markdown.headers)], [200, 'text/markdown'])
    assert.match(markdown.text, /^# Moons\n/)
    const json = await anyone.get(`${pathOf(of)}.json`)
    const { chatMessages } = expectOk(json, shapes.sharedChat)
    assert.deepEqual(json.json(), (await anyone.readShare(of.uuid)).json())
    assert.equal(chatMessages.length, 2)
  })

  test('is read as what Accept asks for, and a page for browsers and who does not say', async () => {
    const of = await share()
    for (const [accept, type] of [
      ['text/markdown', 'text/markdown'],
      ['text/plain', 'text/plain'],
      ['application/json', 'application/json'],
      ['application/json, text/plain, */*', 'application/json'],
      ['text/html,application/xhtml+xml,*/*;q=0.8', 'text/html'],
      ['text/html;q=0.5, application/json', 'application/json'],
      ['*/*', 'text/html'],
    ] as const) {
      const answer = await anyone.get(pathOf(of), { accept })
      assert.deepEqual([answer.status, typeOf(answer.headers)], [200, type], accept)
      assert.match(answer.headers.get('vary') ?? '', /\bAccept\b/)
      assert.equal(
        answer.headers.get('link'),
        `<${pathOf(of)}.md>; rel="alternate"; type="text/markdown", <${pathOf(of)}.json>; rel="alternate"; type="application/json"`,
      )
    }
  })

  for (const form of ['.md', '.json', 'application/json', 'text/plain']) {
    test(`keeps its gate for ${form}`, async () => {
      const locked = await share({ password: 'sesame' })
      const refused = await askAs(form, locked)
      assert.equal(refused.status, 401)
      assert.doesNotMatch(refused.text, /Triton|Moons/)
      assert.equal((await askAs(form, locked, { authorization: basic(':sesame') })).status, 200)
      for (const [settings, status] of [
        [{ is_protected: true }, 401],
        [{ emails: ['ada@example.com'] }, 401],
        [{ is_shared: false }, 404],
      ] as const) {
        const answer = await askAs(form, await share(settings))
        assert.equal(answer.status, status)
        assert.doesNotMatch(answer.text, /Triton|Moons/)
      }
      const once = await share({ max_views: 1 })
      assert.deepEqual([(await askAs(form, once)).status, (await askAs(form, once)).status], [200, 404])
      assert.equal((await owner.findShare(once)).view_count, 1)
    })
  }

  test('refuses in JSON as the API does', async () => {
    const locked = await share({ password: 'sesame' })
    const flags = info({ isPrivate: true, password: true })
    expectRow(await anyone.get(`${pathOf(locked)}.json`), 'unauthorized', flags)
  })
})

describe('oEmbed', () => {
  test('tells of an open share what its page names, and counts no view', async () => {
    const of = await share()
    const page = await anyone.get(pathOf(of), { accept: 'text/html' })
    const [, href] = /application\/json\+oembed"\s+href="([^"]+)"/.exec(page.text) ?? []
    const { pathname, search, searchParams } = new URL(href ?? '')
    assert.equal(new URL(searchParams.get('url') ?? '').pathname, pathOf(of))
    const before = (await owner.findShare(of)).view_count
    const answer = await anyone.get(pathname + search)
    assert.equal(answer.status, 200)
    const told = answer.json()
    assert.ok(typeof told === 'object' && told !== null && 'title' in told && 'type' in told)
    assert.deepEqual([told.type, told.title], ['link', 'Moons'])
    assert.equal((await owner.findShare(of)).view_count, before)
    assert.equal((await anyone.get(`/oembed?format=xml&url=${of.url}`)).status, 400)
  })

  test('tells nothing of any other, not even that it is there', async () => {
    for (const settings of [
      { password: 'sesame' },
      { emails: ['ada@example.com'] },
      { is_protected: true },
      { is_shared: false },
      { max_views: 5 },
    ]) {
      const of = await share(settings)
      for (const who of [anyone, owner]) {
        const answer = await who.get(`/oembed?url=${encodeURIComponent(of.url)}`)
        expectNotFound(answer, 'Share not found')
      }
      const page = await anyone.get(pathOf(of), { accept: 'text/html' })
      assert.doesNotMatch(page.text, /oembed/)
    }
    for (const url of ['https://elsewhere.example/', 'nonsense', `${server.url}/shared/chats/nonsense`]) {
      expectNotFound(await askOEmbed(url), 'Share not found')
    }
  })
})

test('/llms.txt tells programs how to read a link', async () => {
  const answer = await anyone.get('/llms.txt')
  assert.deepEqual([answer.status, typeOf(answer.headers)], [200, 'text/plain'])
  assert.match(answer.text, /^# Neptun Share\n/)
  assert.match(answer.text, /\/shared\/chats\/UUID\.md/)
})
