import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { after, beforeEach, describe, test } from 'node:test'
import { simpleParser } from 'mailparser'
import type { SMTPServerOptions } from 'smtp-server'
import { createMailOutbox } from '../../src/mail/mail-outbox.ts'
import { createSendMail } from '../../src/mail/send-mail.ts'
import { findWaitingMail } from '../../src/storage/queries/mail/mails.ts'
import { startMailServer } from '../kit/mail-server.ts'
import { programFile } from '../kit/program-file.ts'
import { ending, spawnProgram } from '../kit/start-server.ts'
import { openTestStore } from '../kit/store.ts'
import { until } from '../kit/until.ts'

/** Mail that is put into the store leaves it once a mail server has it, whatever the mail server does meanwhile. */

const { store, remove } = await openTestStore()
after(remove)
beforeEach(async () => {
  await store.write.deleteFrom('mails').execute()
})

const origin = 'https://share.example'
const test_ = { kind: 'test', origin } as const
const read = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url))
const certificate = { key: read('server-key.pem'), cert: read('server.pem') }

/** An outbox that tries again at once, and what it told of failures. */
function open(smtpUrl: string, pauses: readonly number[] = [20]) {
  const failures: { message: string; wasLast: boolean }[] = []
  const from = { name: 'Neptun Share', address: 'share@server.example' }
  const send = createSendMail({ smtpUrl, isOnThisMachine: false, from })
  const outbox = createMailOutbox(store, Date.now, send, { contact: undefined, pauses }, (error, wasLast) => {
    failures.push({ message: error instanceof Error ? error.message : String(error), wasLast })
  })
  return { outbox, failures }
}

const waiting = async () => (await findWaitingMail(store)).count
const plain = (port: number) => `smtp://127.0.0.1:${port}?requireTLS=false`

/** Sends one mail through a mail server of these options. */
async function sendOne(options: SMTPServerOptions, urlOf: (port: number) => string) {
  const mails = await startMailServer(options)
  const { outbox, failures } = open(urlOf(mails.port))
  await outbox.put(store.write, 'ada@reader.example', test_)
  outbox.start()
  try {
    await until('the mail leaves, or fails', async () => failures.length > 0 || (await waiting()) === 0)
    return { received: mails.received, failures }
  } finally {
    await outbox.stop()
    await mails.close()
  }
}

describe('a mail server', () => {
  const auth: SMTPServerOptions = {
    ...certificate,
    authOptional: false,
    disabledCommands: [],
    onAuth: ({ username, password }, session, done) =>
      done(username === 'me@x' && password === 'p/w' && session.secure ? null : new Error('Invalid login'), {
        user: 'me',
      }),
  }
  const trusted = 'tls.rejectUnauthorized=false'

  test('gets mail by STARTTLS, with user and password', async () => {
    const { received } = await sendOne(auth, (port) => `smtp://me%40x:p%2Fw@127.0.0.1:${port}?${trusted}`)
    assert.deepEqual(
      received.map(({ to }) => to),
      ['ada@reader.example'],
    )
  })

  test('gets mail over TLS from the start', async () => {
    const secure = { ...auth, secure: true }
    const { received } = await sendOne(secure, (port) => `smtps://me%40x:p%2Fw@127.0.0.1:${port}?${trusted}`)
    assert.equal(received.length, 1)
  })

  test('gets nothing when it offers no encryption', async () => {
    const { received, failures } = await sendOne({}, (port) => `smtp://127.0.0.1:${port}`)
    assert.equal(received.length, 0)
    assert.match(failures[0]?.message ?? '', /STARTTLS/)
  })

  test('gets mail without encryption where that is said', async () => {
    assert.equal((await sendOne({}, plain)).received.length, 1)
  })

  test('gets nothing when its certificate is not to be trusted', async () => {
    const { received, failures } = await sendOne(auth, (port) => `smtp://me%40x:p%2Fw@127.0.0.1:${port}`)
    assert.equal(received.length, 0)
    assert.match(failures[0]?.message ?? '', /certificate/i)
  })
})

test('a mail server that refuses, puts off or breaks off gets the mail later, once', async () => {
  const ways = ['greylists', 'refuses', 'breaks off in the middle', 'takes it']
  const messageIds: (string | undefined)[] = []
  let attempts = 0
  const mails = await startMailServer({
    onRcptTo(_address, _session, done) {
      const way = ways[attempts]
      if (way === 'greylists' || way === 'refuses') attempts++
      const code = way === 'greylists' ? 450 : 550
      done(
        way === 'greylists' || way === 'refuses'
          ? Object.assign(new Error(way), { responseCode: code })
          : null,
      )
    },
    onData: (stream, _session, done) => void take(stream, done),
  })
  async function take(stream: Parameters<typeof simpleParser>[0], done: () => void): Promise<void> {
    const way = ways[attempts++]
    messageIds.push((await simpleParser(stream)).messageId)
    if (way === 'takes it') done()
    // It has the mail, and is gone before it says so.
    else for (const socket of sockets) socket.destroy()
  }
  const sockets = new Set<Socket>()
  // Before the mail server, so that a connection can be broken off.
  const front = createServer((socket) => {
    const onward = new (socket.constructor as typeof Socket)().connect(mails.port, '127.0.0.1')
    for (const one of [socket, onward]) one.on('error', () => undefined)
    socket.pipe(onward).pipe(socket)
    onward.on('close', () => socket.destroy())
    sockets.add(socket)
  }).listen(0, '127.0.0.1')
  await once(front, 'listening')
  const { outbox, failures } = open(plain((front.address() as { port: number }).port))
  await outbox.put(store.write, 'ada@reader.example', test_)
  outbox.start()
  await until('the mail is taken', async () => (await waiting()) === 0)
  await outbox.stop()
  front.close()
  await mails.close()
  assert.equal(failures.length, 3)
  assert.ok(failures.every(({ wasLast }) => !wasLast))
  // What was sent twice is one mail to whoever gets both.
  assert.equal(messageIds.length, 2)
  assert.equal(new Set(messageIds).size, 1)
})

test('a mail server that hangs keeps no other mail from leaving, nor the server from stopping', async () => {
  const mails = await startMailServer({
    onRcptTo({ address }, _session, done) {
      if (!address.startsWith('hangs')) done()
    },
  })
  const { outbox } = open(plain(mails.port))
  for (const name of ['hangs-1', 'hangs-2', 'ada']) {
    await outbox.put(store.write, `${name}@reader.example`, test_)
  }
  outbox.start()
  await mails.next('ada@reader.example')
  await outbox.stop()
  // What was under way stays in the store, for whoever comes next.
  assert.equal(await waiting(), 2)
  await mails.close()
})

test('of many processes one sends each mail, and what one leaves behind another one sends', async () => {
  const mails = await startMailServer()
  const emails = Array.from({ length: 30 }, (_, index) => `reader-${index}@reader.example`)
  for (const email of emails) await open(plain(mails.port)).outbox.put(store.write, email, test_)
  // One that ended while it sent: its lease is over.
  await store.write
    .updateTable('mails')
    .set({ attempts: 1, due_at: Date.now() - 1 })
    .where('recipient', '=', 'reader-0@reader.example')
    .execute()
  const outboxes = [1, 2, 3].map(() => open(plain(mails.port)).outbox)
  for (const outbox of outboxes) outbox.start()
  await until('all are sent', async () => (await waiting()) === 0)
  for (const outbox of outboxes) await outbox.stop()
  assert.deepEqual(mails.received.map(({ to }) => to).toSorted(), emails.toSorted())
  await mails.close()
})

/** Runs `neptun-share mail test …`. */
async function runMailTest(env: Readonly<Record<string, string>>) {
  const child = spawnProgram(programFile('cli/main'), ['mail', 'test', 'ops@reader.example'], env)
  const { code } = await ending(child)
  return { code, output: child.readOutput() }
}

test('the operator’s command sends a mail at once, and says what the mail server answers', async () => {
  const mails = await startMailServer()
  const done = await runMailTest(mails.env)
  assert.equal(done.code, 0, done.output)
  assert.match((await mails.next('ops@reader.example')).text, /arrives/)
  await mails.close()
  const refused = await runMailTest(mails.env)
  assert.equal(refused.code, 1)
  assert.match(refused.output, /was not sent: .*ECONNREFUSED/)
  assert.match((await runMailTest({})).output, /set SMTP_URL and MAIL_FROM/)
})

test('what can’t be sent in time is given up, and told of', async () => {
  const { outbox, failures } = open('smtp://127.0.0.1:1', [20, 24 * 60 * 60 * 1000])
  await outbox.put(store.write, 'ada@reader.example', test_)
  outbox.start()
  await until('it is given up', async () => (await waiting()) === 0)
  await outbox.stop()
  assert.deepEqual(
    failures.map(({ wasLast }) => wasLast),
    [false, true],
  )
})
