import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createVisitor, signUp } from '../kit/client.ts'
import { createMachine, hasTerminals } from '../kit/command-line.ts'
import { anotherThan, codeIn, startMailServer } from '../kit/mail-server.ts'
import { startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

/** Reading on the command line what is shared with one's email, without an account. */

const mails = await startMailServer()
const server = await startServer({ env: mails.env })
const machine = await createMachine(server.url)
after(async () => {
  await machine.remove()
  await server.close()
  await mails.close()
})
const owner = await signUp(server.url)
const email = 'ada@reader.example'

test('show asks for the email and the code on a terminal', { skip: !hasTerminals }, async () => {
  const share = await owner.share(await owner.createChat(), { emails: ['@reader.example'] })
  let code = ''
  const { code: exit, screen } = await machine.runOnTerminal(`neptun-share show ${share.url}`, [
    { after: 'Your email: ', type: `${email}\n` },
    {
      after: 'Code from the mail: ',
      type: async () => {
        code = codeIn(await mails.next(email))
        return `${anotherThan(code)}\n`
      },
    },
    { after: 'Code from the mail: ', type: async () => `${code.slice(0, 4)} ${code.slice(4)}\n` },
  ])
  assert.equal(exit, 0, screen)
  assert.match(screen, /That code doesn’t count/)
  assert.match(screen, /Triton\. It orbits backwards\./)
})

test('show says what is missing where nobody can be asked', async () => {
  const share = await owner.share(await owner.createChat(), { emails: [email] })
  const { code, stderr } = await machine.run(['show', share.url])
  assert.equal(code === 0, false)
  assert.match(stderr, /Only certain people can read this chat/)
})

test('push lets a whole domain in, and mails the link when asked', async () => {
  await owner.send('POST', owner.path('/email-verification'))
  const json = { code: codeIn(await mails.next(owner.email)) }
  await owner.send('POST', owner.path('/email-verification'), { json })
  await machine.run(['login', owner.email], { input: `${owner.password}\n` })
  const file = await machine.write('chat.md', '## User\n\nHello\n\n## Assistant\n\nHi!\n')
  const wrong = await machine.run(['push', file, '--notify'])
  assert.equal(wrong.code, 2, wrong.stderr)
  const list = `@company.example,${email}`
  const { code, stdout, stderr } = await machine.run(['push', file, '--email', list, '--notify'])
  assert.equal(code, 0, stderr)
  const { text } = await mails.next(email)
  assert.ok(text.includes(stdout.trim()))
})

test('login takes a code in place of the password, on a terminal and from standard input', async () => {
  const terminal = hasTerminals
    ? await machine.runOnTerminal(`neptun-share login ${owner.email} --code`, [
        { after: 'Code from the mail: ', type: async () => `${codeIn(await mails.next(owner.email))}\n` },
      ])
    : undefined
  if (terminal) assert.equal(terminal.code, 0, terminal.screen)
  const wrong = await machine.run(['login', owner.email, '--code'], { input: '1234 5678\n' })
  assert.equal(wrong.code, 3, wrong.stderr)
  assert.match(wrong.stderr, /That code doesn’t count/)
  const both = await machine.run(['login', owner.email, '--code', '--token'])
  assert.equal(both.code, 2, both.stderr)
})

test('requests lists who asks to be let in, and approves or dismisses them', async () => {
  const [reader, other] = ['bo@other.example', 'cy@other.example']
  const share = await owner.share(await owner.createChat(undefined, 'Moons of Neptune'), {
    emails: [email, '@other.example'],
  })
  for (const one of [reader, other]) {
    const visitor = createVisitor(server.url)
    const codes = `/api/shared/chats/${share.uuid}/codes`
    await visitor.send('POST', codes, { json: { email: one } })
    await visitor.send('POST', `${codes}/verify`, {
      json: { email: one, code: codeIn(await mails.next(one)) },
    })
    await owner.changeShare(share, { emails: [email] })
    assert.equal((await visitor.send('POST', `/api/shared/chats/${share.uuid}/access-requests`)).status, 204)
    await owner.changeShare(share, { emails: [email, '@other.example'] })
  }
  await owner.changeShare(share, { emails: [email] })

  const listed = await machine.run(['requests'])
  const rows = listed.stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
  assert.deepEqual(
    rows.map(([, who, chat]) => [who, chat]),
    [
      [other, 'Moons of Neptune'],
      [reader, 'Moons of Neptune'],
    ],
  )
  const idOf = (who: string) => rows.find(([, one]) => one === who)?.[0] ?? ''
  const approved = await machine.run(['requests', '--approve', idOf(reader)])
  assert.equal(approved.code, 0, approved.stderr)
  const dismissed = await machine.run(['requests', '--dismiss', idOf(other), '--json'])
  assert.deepEqual(JSON.parse(dismissed.stdout), { dismissed: Number(idOf(other)) })
  assert.equal((await machine.run(['requests'])).stdout, '')
  assert.deepEqual(
    (await owner.listEntries(share)).map((entry) => entry.email),
    [email, reader],
  )
  assert.match((await mails.next(reader)).text, /they have added you/)
  assert.equal((await machine.run(['requests', '--dismiss', idOf(other)])).code, 4)
  assert.equal((await machine.run(['requests', '--approve', 'x'])).code, 2)
})

test('push asks for one mail at the first read', async () => {
  const file = await machine.write('told.md', '## User\n\nTell me.\n\n## Assistant\n\nHi!\n')
  const run = await machine.run(['push', file, '--public', '--mail-at-first-read', '--json'])
  assert.equal(run.code, 0, run.stderr)
  const { pushed } = JSON.parse(run.stdout) as {
    pushed: { share: { uuid: string; mail_at_first_read: boolean } }[]
  }
  assert.equal(pushed[0]?.share.mail_at_first_read, true)
  await createVisitor(server.url).readShare(pushed[0].share.uuid)
  await until('the mail', () =>
    mails.received.some(({ to, subject }) => to === owner.email && /read a chat of yours/.test(subject)),
  )
})
