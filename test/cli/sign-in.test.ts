import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir, readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { accountPassword, type Person, signUp } from '../kit/client.ts'
import { createMachine, hasTerminals, type Machine } from '../kit/command-line.ts'
import { type Server, startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

describe('signing in on the command line', () => {
  let server: Server
  let person: Person
  let machine: Machine
  const countLogouts = () => server.logs().filter(({ route }) => route === '/api/auth/logout').length
  const sessions = () => join(machine.home, '.config', 'neptun-share', 'sessions')

  before(async () => {
    server = await startServer()
    person = await signUp(server.url)
    machine = await createMachine(server.url)
  })
  after(async () => {
    await machine.remove()
    await server.close()
  })

  it('takes the password from standard input, and keeps a session that only its owner can read', async () => {
    const { code, stdout, stderr } = await machine.run(['login', person.email], {
      input: `${accountPassword}\n`,
    })
    assert.equal(code, 0, stderr)
    assert.equal(stdout, '')
    assert.match(stderr, new RegExp(`Signed in at ${server.url} as ${person.email}`))
    const [name = ''] = await readdir(sessions())
    assert.equal((await stat(join(sessions(), name))).mode & 0o777, 0o600)
    assert.equal((await stat(sessions())).mode & 0o777, 0o700)
    const kept = await readFile(join(sessions(), name), 'utf8')
    assert.ok(!kept.includes(accountPassword))
  })

  it('takes it from a file', async () => {
    const file = await machine.write('password', `${accountPassword}\n`)
    const { code, stdout } = await machine.run(['login', person.email, '--password-file', file, '--json'])
    assert.equal(code, 0)
    assert.deepEqual(JSON.parse(stdout), {
      server: server.url,
      user: { id: person.id, primary_email: person.email },
    })
  })

  it('takes it as editors and shells of Windows write it', async () => {
    const text = `${accountPassword}\r\n`
    for (const bytes of [text, `\ufeff${text}`, Buffer.from(`\ufeff${text}`, 'utf16le')]) {
      const file = await machine.write('password', bytes)
      assert.equal((await machine.run(['login', person.email, '--password-file', file])).code, 0)
    }
    assert.equal((await machine.run(['login', person.email], { input: `\ufeff${text}` })).code, 0)
  })

  it('says that a session can’t be kept, and leaves none behind at the server', async () => {
    const before = countLogouts()
    const XDG_CONFIG_HOME = await machine.write('no-folder', '')
    const args = ['login', person.email, '--json']
    const run = await machine.run(args, { input: accountPassword, env: { XDG_CONFIG_HOME } })
    assert.equal(run.code, 1)
    assert.match(JSON.parse(run.stdout).error.message, /can't be kept in .*no-folder.*: not a directory/)
    await until('the session is ended at the server', () => countLogouts() === before + 1)
  })

  it('ends the session at the server on logout', async () => {
    const [name = ''] = await readdir(sessions())
    const kept: unknown = JSON.parse(await readFile(join(sessions(), name), 'utf8'))
    assert.ok(typeof kept === 'object' && kept !== null && 'token' in kept)
    const isSignedIn = async () =>
      (
        await fetch(`${server.url}/api/auth/check`, {
          method: 'HEAD',
          headers: { cookie: `neptun-session=${String(kept.token)}` },
        })
      ).status
    assert.equal(await isSignedIn(), 204)
    assert.equal((await machine.run(['logout'])).code, 0)
    assert.equal(await isSignedIn(), 401)
    assert.deepEqual(await readdir(sessions()), [])
    assert.equal((await machine.run(['logout'])).code, 0)
  })

  it('says with exit code 3 that the password is wrong, or that one has to sign in', async () => {
    const wrong = await machine.run(['login', person.email], { input: 'not it\n' })
    assert.equal(wrong.code, 3)
    assert.match(wrong.stderr, /Email or password is wrong/)
    const none = await machine.run(['list'])
    assert.equal(none.code, 3)
    assert.match(none.stderr, /neptun-share login$/m)
  })

  it('says with exit code 3 that a session has ended', async () => {
    await machine.run(['login', person.email], { input: accountPassword })
    const elsewhere = await machine.run(['login', person.email], { input: accountPassword })
    assert.equal(elsewhere.code, 0)
    await person.send('DELETE', person.path('/sessions'))
    const { code, stdout } = await machine.run(['list', '--json'])
    assert.equal(code, 3)
    assert.equal(JSON.parse(stdout).error.code, 'not-signed-in')
    await machine.run(['logout'])
  })

  const terminal = hasTerminals ? {} : { skip: true }
  const why = hasTerminals ? '' : ' (skipped: no `script` of util-linux here to make a pseudo-terminal)'

  it(`asks for email and password at a terminal without showing the password${why}`, terminal, async () => {
    const { code, screen } = await machine.runOnTerminal('neptun-share login', [
      { after: 'Email at ', type: `${person.email}\r` },
      { after: 'Password of ', type: `${accountPassword}\r` },
    ])
    assert.equal(code, 0, screen)
    assert.match(screen, /Signed in at/)
    assert.ok(!screen.includes(accountPassword))
    assert.equal((await machine.run(['list'])).code, 0)
  })

  it(`stops at Ctrl+C in the middle of a question${why}`, terminal, async () => {
    const { code } = await machine.runOnTerminal(`neptun-share login ${person.email}`, [
      { after: 'Password of ', type: 'half\x03' },
    ])
    assert.equal(code, 130)
  })

  it(
    `asks for a link's password twice, also while the chat comes from standard input${why}`,
    terminal,
    async () => {
      await machine.run(['login', person.email], { input: accountPassword })
      await machine.write(
        'chat.md',
        '# Pipes\n\n## User\n\nWhat is a pipe?\n\n## Assistant\n\nThis is not one.\n',
      )
      const answers = ['Password for the link: ', 'Once more: '].map((question) => ({
        after: question,
        type: 'öffne dich: bitte\r',
      }))
      const { code, screen } = await machine.runOnTerminal(
        'cat chat.md | neptun-share push - --password',
        answers,
      )
      assert.equal(code, 0, screen)
      assert.ok(!screen.includes('bitte'))
      const [, uuid = ''] = /shared\/chats\/([\da-f-]{36})/.exec(screen) ?? []
      const reader = await signUp(server.url)
      assert.equal((await reader.readShare(uuid)).status, 401)
      assert.equal((await reader.readShare(uuid, 'öffne dich: bitte')).status, 200)
    },
  )

  it(`sets no password that was typed in two ways${why}`, terminal, async () => {
    const { code, screen } = await machine.runOnTerminal('neptun-share push chat.md --password', [
      { after: 'Password for the link: ', type: 'one\r' },
      { after: 'Once more: ', type: 'another\r' },
    ])
    assert.equal(code, 2)
    assert.match(screen, /differ/)
  })

  const isLinux = process.platform === 'linux'
  const whyLinux = isLinux ? '' : ' (skipped: processes are looked at through /proc)'

  it(`shows no password to whoever lists processes${whyLinux}`, { skip: !isLinux }, async () => {
    // A server that answers nothing holds the command where it has the password and has sent it.
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const address = silent.address()
    assert.ok(typeof address === 'object' && address !== null)
    const child = machine.start(['login', 'ada@example.com'], {
      NEPTUN_SHARE_SERVER: `http://127.0.0.1:${address.port}`,
    })
    child.stdin?.end('a-secret-of-the-test\n')
    const [socket] = await once(silent, 'connection')
    await once(socket, 'data')
    for (const file of ['cmdline', 'environ']) {
      assert.ok(!(await readFile(`/proc/${child.pid}/${file}`, 'utf8')).includes('a-secret-of-the-test'))
    }
    child.kill()
    socket.destroy()
    silent.close()
    await once(child, 'close')
  })

  it('refuses a password among the arguments', async () => {
    const { code, stderr } = await machine.run(['push', 'chat.md', '--password=a-secret-of-the-test'])
    assert.equal(code, 2)
    assert.match(stderr, /can be read by others/)
    assert.ok(!stderr.includes('a-secret-of-the-test'))
  })

  it('sends no password where a redirect leads', async () => {
    let asked = 0
    const elsewhere = createServer((socket) => {
      asked++
      socket.end()
    }).listen(0, '127.0.0.1')
    await once(elsewhere, 'listening')
    const target = elsewhere.address()
    assert.ok(typeof target === 'object' && target !== null)
    const redirecting = createServer((socket) => {
      socket.once('data', () =>
        socket.end(
          `HTTP/1.1 308 Moved\r\nLocation: http://127.0.0.1:${target.port}/\r\nContent-Length: 0\r\n\r\n`,
        ),
      )
    }).listen(0, '127.0.0.1')
    await once(redirecting, 'listening')
    const source = redirecting.address()
    assert.ok(typeof source === 'object' && source !== null)
    const { code } = await machine.run(
      ['login', 'ada@example.com', '--server', `http://127.0.0.1:${source.port}`],
      {
        input: 'secret\n',
      },
    )
    assert.equal(code, 4)
    assert.equal(asked, 0)
    elsewhere.close()
    redirecting.close()
  })
})
