import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { signUp } from '../kit/client.ts'
import { createMachine, hasTerminals } from '../kit/command-line.ts'
import { anotherThan, codeIn, startMailServer } from '../kit/mail-server.ts'
import { startServer } from '../kit/start-server.ts'

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
