import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountPassword, basic, createVisitor, logIn, signUp } from '../kit/client.ts'
import { sendRaw } from '../kit/raw-socket.ts'
import { startServer } from '../kit/start-server.ts'
import { runOperator } from '../kit/operator.ts'

test('a busy run leaves one line a request and no secret in the logs, at any level', async () => {
  const server = await startServer({
    env: {
      LOG_LEVEL: 'trace',
      METRICS_TOKEN: 'metrics-token-9Wq',
      UNVERIFIED_EMAILS: 'trust',
      TRUST_PROXY: '1',
    },
  })
  const secrets = new Map<string, string>([
    ['metrics token', 'metrics-token-9Wq'],
    ['account password', accountPassword],
    ['share password', 'Share-Password-7Lm'],
    ['wrong password', 'Wrong-Password-3Fk'],
    ['message', 'Message-Text-5Rt'],
    ['chat name', 'Chat-Name-8Vb'],
    ['new account password', 'New-Account-Password-2Zx'],
  ])
  const secret = (name: string) => secrets.get(name) ?? ''

  const owner = await signUp(server.url)
  const chat = await owner.createChat([{ content: secret('message'), role: 'user' }], secret('chat name'))
  const share = await owner.share(chat, { password: secret('share password'), emails: [owner.email] })
  secrets.set('share UUID', share.uuid)
  const reader = await logIn(owner)
  for (const person of [owner, reader])
    secrets.set(`session ${secrets.size}`, person.cookies.get('neptun-session') ?? '')
  const stranger = createVisitor(server.url)
  await stranger.unlock(share.uuid, secret('share password'))
  secrets.set('unlock cookie', stranger.cookies.get(`neptun-unlock-${share.uuid}`) ?? '')
  const basicHeader = basic(`:${secret('share password')}`)
  secrets.set('basic header', basicHeader.slice('Basic '.length))

  const open = await owner.share(await owner.createChat([{ content: secret('message'), role: 'user' }]))
  secrets.set('open share UUID', open.uuid)
  const answers = [
    await stranger.readShare(share.uuid),
    await stranger.readShare(share.uuid.toUpperCase()),
    await stranger.readShare(share.uuid, secret('share password')),
    await stranger.readShare(share.uuid, secret('wrong password')),
    await reader.readShare(share.uuid, secret('share password')),
    await stranger.readShare(open.uuid),
    await stranger.get(`/api/shared/chats/${open.uuid}/nowhere?password=${secret('share password')}`),
    await stranger.get(`/api/shared/chats/${open.uuid}?pw=${secret('share password')}`),
    await stranger.get(`/shared/chats/${open.uuid}`),
    await stranger.get(`/nowhere/${open.uuid}`),
    await stranger.get(`/nowhere?token=${secret('metrics token')}`),
    await stranger.get('/metrics', { authorization: `Bearer ${secret('metrics token')}` }),
    await stranger.unlock(share.uuid, secret('wrong password')),
    await stranger.send('POST', `/api/shared/chats/${share.uuid}/unlock`, {
      body: `{"password":"${secret('share password')}`,
      headers: { 'content-type': 'application/json' },
    }),
    await stranger.send('POST', `/api/shared/chats/${share.uuid}/unlock`, {
      form: `password=${secret('share password')}%zz`,
    }),
    await owner.send('POST', owner.path(`/chats/${chat.id}/messages`), {
      json: { message: secret('message'), actor: 'nobody' },
    }),
    await owner.send('POST', owner.path(`/chats/${chat.id}/messages`), {
      body: `{"message":"${secret('message')}"`,
      headers: { 'content-type': 'application/json' },
    }),
    await owner.send('POST', owner.path(`/chats/${chat.id}/shares`), {
      json: { password: secret('share password'), is_protected: false },
    }),
    await owner.send('POST', owner.sharePath(share, '/preview'), { json: { has_password: true } }),
    await owner.send('PATCH', owner.path(), {
      json: { password: secret('new account password'), current_password: secret('wrong password') },
    }),
    await stranger.send('POST', '/api/auth/login', {
      json: { email: owner.email, password: secret('wrong password') },
    }),
    await stranger.send('POST', '/api/auth/login', {
      json: { email: owner.email, password: secret('wrong password') },
      headers: { origin: `https://${secret('wrong password')}.example` },
    }),
    await owner.send('PATCH', owner.path(), {
      json: { password: secret('new account password'), current_password: accountPassword },
    }),
  ]
  secrets.set('session after the change', owner.cookies.get('neptun-session') ?? '')
  const rotated = await owner.send('POST', owner.sharePath(share, '/rotate'))
  secrets.set('rotated UUID', /"uuid":"([^"]+)"/.exec(rotated.text)?.[1] ?? '')
  await stranger.readShare(secret('rotated UUID'))
  await sendRaw(
    server.url,
    `GET /api/shared/chats/${open.uuid} HTTP/1.1\r\nHost: x\r\nbroken ${secret('message')}\r\n\r\n`,
  )
  for (let i = 0; i < 12; i++)
    await stranger.readShare(secret('rotated UUID'), `${secret('wrong password')} ${i}`)
  const run = await runOperator(['reset-password', owner.email], {
    database: server.database,
    password: secret('new account password'),
  })
  assert.equal(run.code, 0, run.output)
  assert.equal((await server.stop()).code, 0)

  const output = server.output() + run.output
  for (const [name, value] of secrets) {
    assert.ok(value.length >= 8, `${name} is missing`)
    assert.equal(output.toLowerCase().includes(value.toLowerCase()), false, `the ${name} is in the logs`)
    assert.equal(output.includes(encodeURIComponent(value)), false, `the ${name} is in the logs`)
  }
  const suspicious = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|argon2id/i
  assert.deepEqual(
    server
      .output()
      .split('\n')
      .filter((line) => suspicious.test(line)),
    [],
  )

  const lines = server.output().trim().split('\n')
  for (const line of lines) assert.doesNotThrow(() => JSON.parse(line), line)
  const statuses = answers.map(({ status }) => status)
  const logged = server.logs().flatMap((record) => [record['status'], record['statusCode']])
  for (const status of new Set(statuses)) assert.ok(logged.includes(status), `no line with status ${status}`)
  assert.ok(server.logs().length >= answers.length)
  await server.close()
})
