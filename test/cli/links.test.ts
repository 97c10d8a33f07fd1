import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { accountPassword, createVisitor, expectOk, greeting, type Person, signUp } from '../kit/client.ts'
import { createMachine, hasTerminals, type Machine } from '../kit/command-line.ts'
import { importBytes } from '../kit/importing.ts'
import { shapes, type Chat, type Share } from '../kit/shapes.ts'
import { type Server, startServer, trustsEmails } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

const password = 'open: sesame'
const noTerminals = hasTerminals ? '' : ' (skipped: no `script` of util-linux here to make a pseudo-terminal)'

describe('links on the command line', () => {
  let server: Server
  let owner: Person
  let chat: Chat
  let share: Share
  let machine: Machine
  /** A machine on which nobody is signed in. */
  let strangers: Machine

  before(async () => {
    server = await startServer({ env: trustsEmails })
    owner = await signUp(server.url)
    chat = await owner.createChat(greeting, 'Moons of Neptune')
    share = await owner.share(chat)
    machine = await createMachine(server.url)
    strangers = await createMachine('')
    await machine.run(['login', owner.email], { input: accountPassword })
  })
  after(async () => {
    await machine.remove()
    await strangers.remove()
    await server.close()
  })

  const statusForStrangers = async (of: Share) => (await createVisitor(server.url).readShare(of.uuid)).status

  it('shows an open link to somebody without an account, as Markdown', async () => {
    const { code, stdout, stderr } = await strangers.run(['show', share.url])
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, /^# Moons of Neptune\n\nModel: triton-1\n\n## User\n\nWhat is the largest moon/)
    const asJson: unknown = JSON.parse((await strangers.run(['show', share.url, '--json'])).stdout)
    assert.ok(typeof asJson === 'object' && asJson !== null && 'messages' in asJson && 'name' in asJson)
    assert.equal(asJson.name, 'Moons of Neptune')
    assert.ok(Array.isArray(asJson.messages))
    assert.equal(asJson.messages.length, 2)
  })

  it('asks for the password of a link, by terminal, pipe or file', async () => {
    const locked = await owner.share(await owner.createChat(), { password })
    const piped = await strangers.run(['show', locked.url], { input: `${password}\n` })
    assert.equal(piped.code, 0, piped.stderr)
    assert.match(piped.stdout, /Triton/)
    const file = await strangers.write('password', password)
    assert.equal((await strangers.run(['show', locked.url, '--password-file', file])).code, 0)
    const wrong = await strangers.run(['show', locked.url], { input: 'guess\n' })
    assert.deepEqual([wrong.code, wrong.stdout], [4, ''])
    assert.match(wrong.stderr, /not the password/)
    if (!hasTerminals) return
    const { code, screen } = await strangers.runOnTerminal(`neptun-share show ${locked.url}`, [
      { after: 'Password of this chat: ', type: 'guess\r' },
      { after: 'Password of this chat: ', type: `${password}\r` },
    ])
    assert.equal(code, 0, screen)
    assert.match(screen, /Wrong password/)
    assert.match(screen, /Triton/)
    assert.ok(!screen.includes(password))
  })

  it('says what a reader without the right account can do', async () => {
    const listed = await owner.share(await owner.createChat(), { emails: ['ada@example.com'] })
    const unknown = await strangers.run(['show', listed.url])
    assert.equal(unknown.code, 3)
    assert.match(unknown.stderr, /neptun-share login --server http/)
    const reader = await signUp(server.url)
    const theirs = await createMachine(server.url)
    await theirs.run(['login', reader.email], { input: accountPassword })
    const other = await theirs.run(['show', listed.url])
    assert.equal(other.code, 4)
    assert.match(other.stderr, /isn’t confirmed, or the chat isn’t shared with it/)
    await theirs.remove()
  })

  it('lets nothing in a chat act on the terminal', async () => {
    const evil = 'a\x1b]52;c;ZWNobyBvd25lZA==\x07\x1b[2Jb\x9b2Jc\u202ed\re'
    const hostile = await owner.createChat([{ content: evil, role: 'user' }], 'Title \x1b[31mred\u202e')
    const link = await owner.share(hostile)
    // oxlint-disable-next-line no-control-regex
    const obeyed = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/
    for (const args of [['show', link.url], ['show', link.url, '--json'], ['list'], ['list', '--json']]) {
      const run = await machine.run(args)
      assert.equal(run.code, 0, run.stderr)
      assert.doesNotMatch(run.stdout, obeyed, args.join(' '))
    }
    assert.match((await machine.run(['pause', link.uuid])).stderr, /Title ␛\[31mred\.$/m)
    const raw = await machine.run(['export', String(hostile.id)])
    assert.ok(raw.stdout.includes(evil))
  })

  it(
    `colours what a terminal shows, unless it is asked not to${noTerminals}`,
    { skip: !hasTerminals },
    async () => {
      const { screen } = await strangers.runOnTerminal(`neptun-share show ${share.url}`, [])
      assert.ok(screen.includes('\x1b[1m'))
      const plain = await strangers.runOnTerminal(`NO_COLOR=1 neptun-share show ${share.url}`, [])
      assert.ok(!plain.screen.includes('\x1b'))
    },
  )

  it('lists chats with who can read them, by fields for programs', async () => {
    const paused = await owner.share(await owner.createChat(greeting, 'Paused\tone'), {
      is_shared: false,
      max_views: 5,
      password,
      emails: ['ada@example.com'],
    })
    const { code, stdout } = await machine.run(['list'])
    assert.equal(code, 0)
    const line = stdout.split('\n').find((one) => one.includes(paused.uuid))
    assert.deepEqual(line?.split('\t'), [
      String(paused.chat_conversation_id),
      'Paused one',
      '1 email + password',
      'paused',
      '0/5',
      '-',
      paused.url,
    ])
    const asJson: unknown = JSON.parse((await machine.run(['list', '--json'])).stdout)
    assert.ok(
      typeof asJson === 'object' && asJson !== null && 'chats' in asJson && Array.isArray(asJson.chats),
    )
    assert.ok(asJson.chats.some((one) => one.share?.uuid === paused.uuid && one.share.state === 'paused'))
  })

  it('closes a link by its URL and opens it again by the name of its chat', async () => {
    const quiet = await machine.run(['pause', share.url])
    assert.deepEqual([quiet.code, quiet.stdout], [0, ''])
    assert.equal(await statusForStrangers(share), 404)
    const gone = await strangers.run(['show', share.url])
    assert.equal(gone.code, 4)
    assert.match(gone.stderr, /paused, expired or used up/)
    assert.equal((await machine.run(['resume', 'moons of neptune'])).code, 0)
    assert.equal(await statusForStrangers(share), 200)
  })

  it('lists each of a chat’s links, and tells them apart by their label', async () => {
    const chat = await owner.createChat(greeting, 'Two ways in')
    const main = await owner.share(chat)
    const team = await owner.share(chat, { label: 'Team' })
    const { stdout } = await machine.run(['list'])
    const names = [main, team].map(
      ({ uuid }) =>
        stdout
          .split('\n')
          .find((line) => line.includes(uuid))
          ?.split('\t')[1],
    )
    assert.deepEqual(names, ['Two ways in', 'Two ways in (Team)'])
    assert.equal((await machine.run(['pause', 'Two ways in', '--label', 'Team'])).code, 0)
    assert.deepEqual([await statusForStrangers(main), await statusForStrangers(team)], [200, 404])
    await owner.changeShare(team, { is_shared: true })
    assert.equal((await machine.run(['rm', 'Two ways in'])).code, 0)
    assert.deepEqual([await statusForStrangers(main), await statusForStrangers(team)], [404, 200])
    await owner.share(chat, { label: 'Press' })
    const unclear = await machine.run(['pause', 'Two ways in'])
    assert.equal(unclear.code, 4)
    assert.match(unclear.stderr, /2 links; name one by --label or its URL. It has: Team, Press/)
    assert.match(
      (await machine.run(['pause', 'Two ways in', '--label', 'team'])).stderr,
      /no link labelled "team"/,
    )
  })

  it('gives a chat a new link, alone on standard output', async () => {
    const old = await owner.share(await owner.createChat())
    const { code, stdout } = await machine.run(['rotate', String(old.chat_conversation_id)])
    assert.equal(code, 0)
    const fresh = await owner.findShare(old)
    assert.equal(stdout, `${fresh.url}\n`)
    assert.equal(await statusForStrangers(old), 404)
    assert.equal(await statusForStrangers(fresh), 200)
  })

  it('deletes a link and leaves the chat, or deletes both', async () => {
    const one = await owner.share(await owner.createChat())
    const chatPath = owner.path(`/chats/${one.chat_conversation_id}`)
    assert.equal((await machine.run(['rm', one.uuid])).code, 0)
    assert.equal(await statusForStrangers(one), 404)
    assert.equal((await owner.get(chatPath)).status, 200)
    assert.equal((await machine.run(['rm', String(one.chat_conversation_id), '--chat', '--json'])).code, 0)
    assert.equal((await owner.get(chatPath)).status, 404)
    const none = await machine.run(['rm', one.uuid, '--json'])
    assert.equal(none.code, 4)
    assert.equal(JSON.parse(none.stdout).error.code, 'not-found')
  })

  it('asks for an id where several chats have a name', async () => {
    const twins = [await owner.createChat([], 'Twin'), await owner.createChat([], 'Twin')]
    const { code, stderr } = await machine.run(['export', 'Twin'])
    assert.equal(code, 4)
    for (const { id } of twins) assert.match(stderr, new RegExp(`\\b${id}\\b`))
  })

  it('exports a chat to the letter, and brings it back', async () => {
    const messages = [
      { content: '## User\n\nnot a heading\r\n', role: 'user' },
      { content: 'x\x1b[0m\u202e', role: 'assistant' },
    ] as const
    const own = await owner.createChat(messages, 'To the letter')
    const written = await machine.run(['export', String(own.id), '--format', 'json', '-o', 'chat.json'])
    assert.deepEqual([written.code, written.stdout], [0, ''])
    const file = join(machine.home, 'chat.json')
    const [back] = (await importBytes(await readFile(file))).chats
    assert.equal(back?.name, 'To the letter')
    assert.deepEqual(
      back?.messages.map(({ content, role }) => ({ content, role })),
      messages,
    )
    assert.equal((await machine.run(['push', file])).code, 0)
  })

  it('exports a shared chat for somebody with its password, in every format', async () => {
    const locked = await owner.share(await owner.createChat(greeting, 'For export'), { password })
    const file = await strangers.write('password', password)
    const run = (format: string) =>
      strangers.run(['export', locked.url, '--format', format, '--password-file', file])
    assert.match((await run('markdown')).stdout, /^# For export\n/)
    assert.deepEqual(JSON.parse((await run('openai')).stdout), {
      model: 'triton-1',
      messages: greeting.map(({ role, content }) => ({ role, content })),
    })
    assert.match((await run('html')).stdout, /^<!doctype html>/i)
    const wrong = await run('docx')
    assert.equal(wrong.code, 2)
    assert.equal((await owner.findShare(locked)).view_count, 3)
  })

  it('says with exit code 5 that a server is away or unwell, also as JSON', async () => {
    const unwell = createServer((socket) =>
      socket.once('data', () =>
        socket.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}'),
      ),
    ).listen(0, '127.0.0.1')
    await once(unwell, 'listening')
    const address = unwell.address()
    assert.ok(typeof address === 'object' && address !== null)
    const url = `http://127.0.0.1:${address.port}/shared/chats/${share.uuid}`
    assert.equal((await strangers.run(['show', url])).code, 5)
    unwell.close()
    await once(unwell, 'close')
    const { code, stdout, stderr } = await strangers.run(['show', url, '--json'])
    assert.equal(code, 5)
    assert.match(stderr, /can't be reached: connect ECONNREFUSED/)
    assert.equal(JSON.parse(stdout).error.code, 'unreachable')
  })

  it('says that something else answers at an address', async () => {
    const other = createServer((socket) =>
      socket.once('data', () =>
        socket.end(
          'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello',
        ),
      ),
    ).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    assert.ok(typeof address === 'object' && address !== null)
    const { code, stderr } = await strangers.run(['login', 'ada@example.com'], {
      input: 'secret\n',
      env: { NEPTUN_SHARE_SERVER: `http://127.0.0.1:${address.port}` },
    })
    assert.equal(code, 1)
    assert.match(stderr, /doesn't answer like a Neptun Share server/)
    const page = `http://127.0.0.1:${address.port}/shared/chats/${share.uuid}`
    const shown = await strangers.run(['show', page])
    assert.deepEqual([shown.code, shown.stdout], [1, ''])
    other.close()
  })

  it(
    `stops quietly when nobody reads on, and says when the result can't be written${noTerminals}`,
    { skip: !hasTerminals },
    async () => {
      const read = await machine.runOnTerminal('neptun-share export 1 --format html | head -c 9', [])
      assert.equal(read.screen, '<!doctype')
      const full = await machine.runOnTerminal('neptun-share export 1 > /dev/full', [])
      assert.equal(full.code, 1)
      assert.match(full.screen, /The result can't be written: no space left on device/)
    },
  )

  it('explains itself', async () => {
    const help = await strangers.run(['--help'])
    assert.equal(help.code, 0)
    assert.match(help.stdout, /Exit codes/)
    const push = await strangers.run(['help', 'push'])
    assert.deepEqual([push.code, push.stderr], [0, ''])
    assert.match(push.stdout, /--password-file FILE/)
    const none = await strangers.run([])
    assert.deepEqual([none.code, none.stdout], [2, ''])
  })

  it('runs a server', async () => {
    const child = strangers.start(['serve'], { PORT: '0', DATABASE_URL: 'file:./served.db' })
    let output = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    const url = () => /Listening on (http:\S+?)"/.exec(output)?.[1]
    await until('it listens', () => url() !== undefined)
    expectOk(await createVisitor(url() ?? '').get('/health'), shapes.health)
    child.kill()
    await once(child, 'close')
    assert.equal(child.exitCode, 0)
  })
})
