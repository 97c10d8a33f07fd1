import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { secondsInWords } from '../../src/accounts/seconds-in-words.ts'
import { accountPassword, createVisitor, type Person, signUp } from '../kit/client.ts'
import { attribute, expectPage } from '../kit/read-page.ts'
import { type Server, startServer } from '../kit/start-server.ts'

describe('the pages to sign in and to sign up', () => {
  let server: Server
  let person: Person

  before(async () => {
    server = await startServer()
    person = await signUp(server.url)
  })
  after(() => server.close())

  const submit = (path: string, form: Record<string, string>, visitor = createVisitor(server.url)) =>
    visitor.send('POST', path, { form })
  const right = () => ({ email: person.email, password: accountPassword })

  test('are forms that are sent to themselves', async () => {
    for (const path of ['/sign-in', '/sign-up', '/sign-in?next=/shared/chats/x', '/sign-up?next=/a']) {
      const { elements } = expectPage(await createVisitor(server.url).get(path), 200)
      const form = elements.find(({ tagName }) => tagName === 'form')
      assert.ok(form)
      assert.deepEqual([attribute(form, 'method'), attribute(form, 'action')], ['post', path])
    }
  })

  test('sign in, and lead to where one came from', async () => {
    const visitor = createVisitor(server.url)
    const answer = await submit('/sign-in?next=/shared/chats/x', right(), visitor)
    assert.deepEqual([answer.status, answer.headers.get('location')], [303, '/shared/chats/x'])
    assert.equal((await visitor.send('HEAD', '/api/auth/check')).status, 204)
  })

  test('sign up, and lead home where one came from nowhere', async () => {
    const visitor = createVisitor(server.url)
    const form = { email: `${randomUUID()}@example.org`, password: accountPassword }
    const answer = await submit('/sign-up', form, visitor)
    assert.deepEqual([answer.status, answer.headers.get('location')], [303, '/'])
    assert.equal((await visitor.send('HEAD', '/api/auth/check')).status, 204)
  })

  test('never lead to another site', async () => {
    for (const next of [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      '/\t/evil.example',
      '/..//evil.example',
    ]) {
      const path = `/sign-in?next=${encodeURIComponent(next)}`
      assert.equal((await submit(path, right())).headers.get('location'), '/', next)
      const page = await createVisitor(server.url).get(path)
      assert.ok(!page.text.includes('evil.example'))
    }
    const twice = await submit('/sign-in?next=/a&next=//evil.example', right())
    assert.equal(twice.headers.get('location'), '/')
  })

  test('say that email or password is wrong, the same for every email', async () => {
    const wrong = await submit('/sign-in', { ...right(), password: 'wrong' })
    const unknown = await submit('/sign-in', { email: 'nobody@example.org', password: 'wrong' })
    assert.match(expectPage(wrong, 401).text, /Email or password is wrong/)
    assert.ok(wrong.text.includes(`value="${person.email}"`))
    assert.equal(wrong.text.replace(person.email, ''), unknown.text.replace('nobody@example.org', ''))
    assert.ok(!wrong.text.includes('value="wrong"'))
  })

  test('say what is missing', async () => {
    assert.match(expectPage(await submit('/sign-in', {}), 400).text, /Enter your email address/)
    const short = await submit('/sign-up', { email: 'new@example.org', password: 'short' })
    assert.match(expectPage(short, 400).text, /8 to 256 characters/)
    const noEmail = await submit('/sign-up', { email: '"><script>', password: accountPassword })
    assert.match(expectPage(noEmail, 400).text, /Enter an email address/)
    assert.ok(!noEmail.text.includes('"><script>'))
    assert.match(expectPage(await submit('/sign-up', right()), 409).text, /has an account already/)
  })

  test('tell somebody signed in who they are, and let them change', async () => {
    const page = expectPage(await person.get('/sign-in?next=/shared/chats/x'), 200)
    assert.ok(page.text.includes(person.email))
    const other = await signUp(server.url)
    const before = person.cookies.get('neptun-session')
    const answer = await submit('/sign-in', { email: other.email, password: accountPassword }, person)
    assert.equal(answer.status, 303)
    assert.notEqual(person.cookies.get('neptun-session'), before)
    assert.equal((await person.get(`/api/users/${other.id}`)).status, 200)
  })

  test('take nothing from another site', async () => {
    const answer = await createVisitor(server.url).send('POST', '/sign-in', {
      form: right(),
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    expectPage(answer, 403)
    assert.equal(answer.headers.getSetCookie().length, 0)
  })

  test('say how long to wait after too many tries', async () => {
    let answer = await submit('/sign-in', { ...right(), password: 'wrong' })
    for (let i = 0; i < 25 && answer.status === 401; i += 1) {
      answer = await submit('/sign-in', { email: `${i}@example.org`, password: 'wrong' })
    }
    const wait = secondsInWords(Number(answer.headers.get('retry-after')))
    assert.ok(expectPage(answer, 429).text.includes(`wait ${wait}`))
  })
})

test('where sign-up is closed and no mail goes out, the pages say whom to ask', async () => {
  const server = await startServer({ env: { SIGN_UP: 'closed', OPERATOR_CONTACT: 'ops@example.org' } })
  const visitor = createVisitor(server.url)
  const contact = /its operator \(\s*ops@example\.org\s*\)/
  assert.match(expectPage(await visitor.get('/sign-up'), 403).text, contact)
  const form = { email: 'new@example.org', password: accountPassword }
  assert.match(expectPage(await visitor.send('POST', '/sign-up', { form }), 403).text, contact)
  // A forgotten password is nothing that they can help themselves with.
  const refused = expectPage(await visitor.send('POST', '/sign-in', { form }), 401).text
  assert.match(refused, /Forgotten your password\?\s+This server sends no mail: ask its operator \(/)
  assert.doesNotMatch(refused, /Create an account/)
  await server.close()
})
