import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir, readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { newAccessToken } from '../../src/secrets/access-token.ts'
import { accountPassword, expectOk, type Person, signUp } from '../kit/client.ts'
import { createMachine, type Machine } from '../kit/command-line.ts'
import { shapes } from '../kit/shapes.ts'
import { type Server, startServer } from '../kit/start-server.ts'

/** What programs and careful people do on the command line: tokens, and devices that are signed in. */

async function newToken(person: Person, scope: 'read' | 'write'): Promise<string> {
  const answer = await person.send('POST', person.path('/tokens'), { json: { name: 'CI', scope } })
  return expectOk(answer, shapes.newToken).token.token
}

describe('tokens on the command line', () => {
  let server: Server
  let person: Person
  let machine: Machine
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

  it('signs in with a token, keeps it as a session is kept, and only forgets it', async () => {
    const token = await newToken(person, 'write')
    const login = await machine.run(['login', '--token', '--json'], { input: `${token}\n` })
    assert.equal(login.code, 0, login.stderr)
    assert.deepEqual(JSON.parse(login.stdout).user, { id: person.id, primary_email: person.email })
    const [name = ''] = await readdir(sessions())
    assert.equal((await stat(join(sessions(), name))).mode & 0o777, 0o600)
    await machine.write('chat.md', '## User\n\nWhere is Triton?\n\n## Assistant\n\nBehind Neptune.\n')
    const push = await machine.run(['push', 'chat.md', '--public'])
    assert.equal(push.code, 0, push.stderr)
    assert.match(push.stdout, /\/shared\/chats\//)
    const devices = await machine.run(['devices'])
    assert.equal(devices.code, 4)
    assert.match(devices.stderr, /A token opens no accounts, sessions, tokens or webhooks/)
    const out = await machine.run(['logout'])
    assert.match(out.stderr, /stays valid until it is revoked/)
    assert.deepEqual(await readdir(sessions()), [])
  })

  it('says that a token is none, or counts no more', async () => {
    const none = await machine.run(['login', '--token'], { input: 'password\n' })
    assert.equal(none.code, 2)
    assert.match(none.stderr, /begins with npt_/)
    const input = newAccessToken()
    const wrong = await machine.run(['login', '--token'], { input })
    assert.equal(wrong.code, 3)
    assert.match(wrong.stderr, /is wrong, has expired or was revoked/)
    assert.ok(!wrong.stderr.includes(input))
    assert.deepEqual(await readdir(sessions()), [])
  })

  it('takes a token from the environment, where it wins and is never written to disk', async () => {
    const ci = await createMachine(server.url)
    const token = await newToken(person, 'write')
    const env = { NEPTUN_SHARE_TOKEN: token }
    await ci.write('chat.md', '## User\n\nWhere is Nereid?\n\n## Assistant\n\nFar out.\n')
    const push = await ci.run(['push', 'chat.md', '--public'], { env })
    assert.equal(push.code, 0, push.stderr)
    const link = push.stdout.trim()
    assert.equal((await ci.run(['show', link], { env })).code, 0)
    const kept = await readdir(ci.home, { recursive: true, withFileTypes: true })
    for (const file of kept.filter((entry) => entry.isFile())) {
      const text = await readFile(join(file.parentPath, file.name), 'utf8')
      assert.ok(!text.includes(token), file.name)
    }
    const reading = { NEPTUN_SHARE_TOKEN: await newToken(person, 'read') }
    const paused = await ci.run(['pause', link], { env: reading })
    assert.equal(paused.code, 4)
    assert.match(paused.stderr, /This token may only read/)

    const other = await signUp(server.url)
    await ci.run(['login', other.email], { input: accountPassword })
    const asPerson = await ci.run(['list', '--json'], { env })
    assert.ok(JSON.parse(asPerson.stdout).chats.length > 0)
    const wrong = await ci.run(['list'], { env: { NEPTUN_SHARE_TOKEN: newAccessToken() } })
    assert.equal(wrong.code, 3)
    assert.match(wrong.stderr, /The token in NEPTUN_SHARE_TOKEN is wrong/)
    await ci.remove()
  })

  it('sends the environment’s token to no server that only a link names', async () => {
    const seen: string[] = []
    const elsewhere = createServer((socket) => {
      socket.once('data', (data) => {
        seen.push(data.toString())
        socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
      })
    }).listen(0, '127.0.0.1')
    await once(elsewhere, 'listening')
    const target = elsewhere.address()
    assert.ok(typeof target === 'object' && target !== null)
    const link = `http://127.0.0.1:${target.port}/shared/chats/${crypto.randomUUID()}`
    await machine.run(['show', link], { env: { NEPTUN_SHARE_TOKEN: newAccessToken() } })
    assert.equal(seen.length, 1)
    assert.ok(!seen.join('').includes('npt_'))
    elsewhere.close()
  })

  it('lists devices and signs out on one, and makes, lists and revokes tokens', async () => {
    await machine.run(['login', person.email], { input: accountPassword })
    const list = async (what: string) =>
      (await machine.run([what])).stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t'))
    const devices = await list('devices')
    assert.equal(devices.filter((fields) => fields[4] === 'this').length, 1)
    const other = devices.find((fields) => fields[4] === '-')
    assert.equal((await machine.run(['devices', '--end', other?.[0] ?? ''])).code, 0)
    assert.equal((await list('devices')).length, devices.length - 1)
    const made = await machine.run(['tokens', '--new', 'Nightly', '--write', '--expires', '7d'])
    assert.match(made.stdout, /^npt_[\w-]{49}\n$/)
    const [newest = []] = await list('tokens')
    assert.deepEqual(newest.slice(1, 4), ['Nightly', 'write', '-'])
    assert.equal((await machine.run(['tokens', '--revoke', newest[0] ?? ''])).code, 0)
    const env = { NEPTUN_SHARE_TOKEN: made.stdout.trim() }
    assert.equal((await machine.run(['list'], { env })).code, 3)
    await machine.run(['logout'])
  })
})
