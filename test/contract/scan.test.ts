import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createVisitor, expectOk, type NewMessage, type Person, signUp } from '../kit/client.ts'
import { madeUpSecrets } from '../kit/made-up-secrets.ts'
import { expectNoSession, expectNotFound } from '../kit/refusals.ts'
import { readAs, shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'

const server = await startServer({ env: { LOG_LEVEL: 'trace' } })
after(() => server.close())

const secrets = madeUpSecrets('scan')
const ofKind = (kind: string) => secrets.find((one) => one.kind === kind) ?? assert.fail(kind)
const user = (content: string): NewMessage => ({ role: 'user', content })

async function scan(person: Person, chatId: number) {
  const answer = await person.send('POST', person.path(`/chats/${chatId}/scan`))
  return { ...expectOk(answer, shapes.scan), text: answer.text }
}

describe('a scan of a chat', () => {
  test('tells each message with a secret, where it stands, and nothing of it', async () => {
    const person = await signUp(server.url)
    const token = ofKind('GitHub classic')
    const key = ofKind('a private key')
    const chat = await person.createChat([
      user('Hello'),
      { role: 'assistant', content: `Hi. ${token.message}` },
      user(`😀 ${key.message}`),
    ])
    const messages = expectOk(
      await person.get(person.path(`/chats/${chat.id}/messages`)),
      shapes.messages,
    ).chatMessages
    const { findings, is_complete: isComplete, text } = await scan(person, chat.id)
    assert.equal(isComplete, true)
    assert.deepEqual(
      findings.map(({ message_id: id, kind, label }) => [id, kind, label]),
      [
        [messages[1]?.id, 'secret', 'GitHub token'],
        [messages[2]?.id, 'secret', 'Private key'],
      ],
    )
    for (const { message_id: id, start, end } of findings) {
      const content = messages.find((message) => message.id === id)?.content.slice(start, end) ?? ''
      assert.ok(content === token.secret || content === key.secret, content)
    }
    for (const { secret } of [token, key]) assert.ok(!text.includes(secret.slice(8)))
    assert.match(text, /ghp_••••••••/)
  })

  test('tells what says who and where, apart', async () => {
    const person = await signUp(server.url)
    const message = 'In /home/ada-l/moons, ask ada@neptun.dev or look at db.moons.internal (10.20.30.40).'
    const chat = await person.createChat([user(message)])
    const { findings } = await scan(person, chat.id)
    assert.deepEqual(
      findings.map(({ kind, rule, start, end }) => [kind, rule, message.slice(start, end)]),
      [
        ['trace', 'home-directory', 'ada-l'],
        ['trace', 'email', 'ada@neptun.dev'],
        ['trace', 'internal-host', 'db.moons.internal'],
        ['trace', 'internal-address', '10.20.30.40'],
      ],
    )
  })

  test('looks at the name too', async () => {
    const person = await signUp(server.url)
    const { message } = ofKind('Stripe live')
    const chat = await person.createChat([user('Hello')], message)
    const { findings } = await scan(person, chat.id)
    assert.deepEqual(
      findings.map((one) => [one.message_id, one.rule]),
      [[null, 'stripe-key']],
    )
  })

  test('finds a token that Markdown wrote with backslashes, and one behind a comment that tells scanners to stop', async () => {
    const person = await signUp(server.url)
    const { secret } = ofKind('GitHub classic')
    const chat = await person.createChat([
      user(`It is ${secret.replace('_', String.raw`\_`)}.`),
      user(`<!-- secretlint-disable -->\n${secret}`),
    ])
    const { findings } = await scan(person, chat.id)
    assert.deepEqual(
      findings.map(({ rule, end, start }) => [rule, end - start]),
      [
        ['github-token', secret.length + 1],
        ['github-token', secret.length],
      ],
    )
  })

  test('finds a secret behind more emails than are listed', async () => {
    const person = await signUp(server.url)
    const emails = Array.from({ length: 2_000 }, (_, index) => `moon-${index}@neptun.dev`).join(' ')
    const chat = await person.createChat([user(emails), user(ofKind('npm').message)])
    const { findings, is_complete: isComplete } = await scan(person, chat.id)
    assert.equal(isComplete, false)
    assert.equal(findings.filter(({ kind }) => kind === 'trace').length, 500)
    assert.equal(findings.filter(({ kind }) => kind === 'secret').length, 1)
  })

  test('is for the owner alone, and a chat that is not theirs is not there', async () => {
    const person = await signUp(server.url)
    const other = await signUp(server.url)
    const chat = await person.createChat([user('Hello')])
    const path = person.path(`/chats/${chat.id}/scan`)
    expectNoSession(await createVisitor(server.url).send('POST', path))
    expectNotFound(await other.send('POST', path), 'User not found')
    expectNotFound(await other.send('POST', other.path(`/chats/${chat.id}/scan`)), 'Chat not found')
  })

  test('takes a large chat in parts', async () => {
    const person = await signUp(server.url)
    const large = Array.from({ length: 10 }, () => user('Triton orbits backwards. '.repeat(40_000)))
    const chat = await person.createChat([...large, user(ofKind('npm').message)])
    assert.equal((await scan(person, chat.id)).findings.length, 1)
  })

  test('leaves nothing of what it finds in the log', () => {
    const output = server.output()
    assert.match(output, /scan/)
    for (const { secret } of secrets) assert.ok(!output.includes(secret.slice(0, 12)))
  })
})

describe('a server that refuses secrets', async () => {
  const refusing = await startServer({ env: { SECRETS: 'refuse', LOG_LEVEL: 'trace' } })
  after(() => refusing.close())
  const person = await signUp(refusing.url)
  const { message, secret } = ofKind('GitHub classic')
  const path = (chat: { id: number }, rest = '') => person.path(`/chats/${chat.id}/shares${rest}`)

  async function expectRefused(method: string, target: string, json: object = {}): Promise<void> {
    const answer = await person.send(method, target, { json })
    assert.equal(answer.status, 409, answer.text)
    const { data } = readAs(shapes.secretsError, answer)
    assert.equal(data.findings[0]?.rule, 'github-token')
    assert.ok(!answer.text.includes(secret.slice(8)))
  }

  test('makes no link to one that others can open, and one for the owner alone', async () => {
    const chat = await person.createChat([user(message)])
    await expectRefused('POST', path(chat))
    await expectRefused('POST', path(chat), { password: 'sesame' })
    await expectRefused('POST', path(chat), { emails: ['ada@example.org'] })
    await expectRefused('POST', path(chat), { snapshot: true })
    const { shares } = expectOk(await person.get(person.path('/shares')), shapes.shares)
    assert.deepEqual(
      shares.filter((one) => one.chat_conversation_id === chat.id),
      [],
    )
    const share = await person.share(chat, { is_protected: true })
    await expectRefused('PATCH', path(chat, `/${share.id}`), { is_protected: false })
    await expectRefused('POST', path(chat, `/${share.id}/whitelist-entries`), { emails: ['ada@example.org'] })
    assert.equal((await person.findShare(share)).whitelist_count, 0)
    await person.changeShare(share, { max_views: 3 })
  })

  test('makes one once the secret is taken out', async () => {
    const chat = await person.createChat([user(message)])
    await expectRefused('POST', path(chat))
    const listed = await person.get(person.path(`/chats/${chat.id}/messages`))
    const [first] = expectOk(listed, shapes.messages).chatMessages
    const one = person.path(`/chats/${chat.id}/messages/${first?.id}`)
    await person.send('PATCH', one, { json: { content: 'It was taken out.' } })
    await person.share(chat)
  })

  test('makes one that hides it, whatever else is in the chat', async () => {
    const chat = await person.createChat([user(message)])
    const share = await person.share(chat, { is_protected: true, is_shared: false })
    const redact = person.sharePath(share, '/snapshot')
    expectOk(await person.send('POST', redact, { json: { redact: [secret] } }), shapes.share)
    await person.changeShare(share, { is_protected: false, is_shared: true })
    const { text } = await createVisitor(refusing.url).readShare(share.uuid)
    assert.ok(text.includes('[redacted]') && !text.includes(secret.slice(8)))
    await expectRefused('PATCH', path(chat, `/${share.id}`), { snapshot: false })
  })

  test('resumes no link to a chat that got a secret meanwhile, and lets its owner close what is open', async () => {
    const chat = await person.createChat([user('Hello')])
    const share = await person.share(chat)
    await person.addMessages(chat, [user(message)])
    // The check is where a link is opened: what is added to an open one is shown.
    await person.changeShare(share, { password: 'sesame' })
    await expectRefused('PATCH', path(chat, `/${share.id}`), { password: null, is_protected: false })
    await expectRefused('POST', path(chat, `/${share.id}/snapshot`))
    await person.changeShare(share, { is_shared: false })
    await expectRefused('PATCH', path(chat, `/${share.id}`), { is_shared: true })
  })

  test('gives no deleted link back to a chat that got a secret meanwhile', async () => {
    const chat = await person.createChat([user('Hello')])
    const share = await person.share(chat)
    await person.send('DELETE', path(chat, `/${share.id}?undo=true`))
    await person.addMessages(chat, [user(message)])
    await expectRefused('POST', path(chat, `/${share.id}/restore`))
    assert.equal((await createVisitor(refusing.url).readShare(share.uuid)).status, 404)
  })

  test('gives a deleted link back with the snapshot that it had', async () => {
    const chat = await person.createChat([user('Hello')])
    const share = await person.share(chat, { snapshot: true })
    await person.send('DELETE', path(chat, `/${share.id}?undo=true`))
    await person.addMessages(chat, [user(message)])
    expectOk(await person.send('POST', path(chat, `/${share.id}/restore`)), shapes.share)
    const { text } = await createVisitor(refusing.url).readShare(share.uuid)
    assert.ok(text.includes('Hello') && !text.includes(secret))
  })

  test('looks at the snapshot where there is one', async () => {
    const chat = await person.createChat([user('Hello')])
    const share = await person.share(chat, { snapshot: true })
    await person.changeShare(share, { is_shared: false })
    await person.addMessages(chat, [user(message)])
    await person.changeShare(share, { is_shared: true })
    await expectRefused('PATCH', path(chat, `/${share.id}`), { snapshot: false })
  })

  test('makes links to chats that only tell who and where', async () => {
    await person.share(await person.createChat([user('Ask ada@neptun.dev, in /home/ada-l.')]))
  })

  test('says nothing of secrets in its log', () => {
    assert.ok(!refusing.output().includes(secret.slice(0, 12)))
  })
})
