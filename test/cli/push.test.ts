import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { cp, mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, it } from 'node:test'
import { accountPassword, createVisitor, expectOk, type Person, signUp } from '../kit/client.ts'
import { createMachine, type Machine, type Run } from '../kit/command-line.ts'
import { readFixture } from '../kit/importing.ts'
import { shapes, type Share } from '../kit/shapes.ts'
import { type Server, startServer, trustsEmails } from '../kit/start-server.ts'
import { claudeExport, importFile } from '../kit/uploads.ts'
import { zip } from '../kit/zip.ts'

type Said = readonly [role: 'user' | 'assistant', text: string]

/** A session file of Claude Code. */
function sessionOf(id: string, said: readonly Said[]): string {
  const lines = said.map(([type, content], index) =>
    JSON.stringify({
      type,
      uuid: `${id}-${index}`,
      parentUuid: index === 0 ? null : `${id}-${index - 1}`,
      sessionId: id,
      cwd: '/home/ada/secret-project',
      timestamp: '2026-01-02T03:04:05.000Z',
      message: { role: type, content, model: 'claude-opus-4-5' },
    }),
  )
  return `${lines.join('\n')}\n`
}

const dialogue: readonly Said[] = [
  ['user', 'What is in /home/ada/secret-project/notes.txt?'],
  ['assistant', 'A list of moons.'],
]

/** The UUID of the link that is all of the output. */
function linked({ code, stdout, stderr }: Run): string {
  assert.equal(code, 0, stderr)
  const [, uuid] = /^http:\/\/[^/]+\/shared\/chats\/([\da-f-]{36})\n$/.exec(stdout) ?? []
  assert.ok(uuid !== undefined, `not a link alone: ${stdout}`)
  return uuid
}

const greetingAnswered = (answer: string) => `## User\n\nHi\n\n## Assistant\n\n${answer}\n`

describe('push', () => {
  let server: Server
  let person: Person
  let machine: Machine

  before(async () => {
    server = await startServer({ env: trustsEmails })
    person = await signUp(server.url)
    machine = await createMachine(server.url)
    await machine.run(['login', person.email], { input: accountPassword })
  })
  after(async () => {
    await machine.remove()
    await server.close()
  })

  async function shares(): Promise<Share[]> {
    return expectOk(await person.get(person.path('/shares')), shapes.shares).shares
  }

  async function countChats(): Promise<number> {
    return expectOk(await person.get(person.path('/chats')), shapes.chats).chats.length
  }

  async function newestName(): Promise<string | undefined> {
    const { chats } = expectOk(await person.get(person.path('/chats?order_by=id:desc')), shapes.chats)
    return chats[0]?.name
  }

  async function shareOf(uuid: string): Promise<Share | undefined> {
    return (await shares()).find((share) => share.uuid === uuid)
  }

  async function texts(uuid: string): Promise<string[]> {
    return expectOk(await person.readShare(uuid), shapes.sharedChat).chatMessages.map(
      ({ content }) => content,
    )
  }

  const stranger = () => createVisitor(server.url)

  it('turns a session file into a link that only its owner can open', async () => {
    const id = randomUUID()
    const file = await machine.write('session.jsonl', sessionOf(id, dialogue))
    const run = await machine.run(['push', file])
    const uuid = linked(run)
    assert.match(run.stderr, /for you alone/)
    assert.deepEqual(await texts(uuid), ['What is in ./notes.txt?', 'A list of moons.'])
    assert.equal((await stranger().readShare(uuid)).status, 401)
    const share = await shareOf(uuid)
    assert.equal(share?.is_protected, true)
  })

  it('asks for the names of the two where a file doesn’t tell who is who, and takes them', async () => {
    const file = await machine.write(
      'unclear.txt',
      'Ada: Largest moon?\n\nZorp: Triton.\n\nAda: Sure?\n\nZorp: Yes.',
    )
    const refused = await machine.run(['push', file])
    assert.notEqual(refused.code, 0)
    assert.match(refused.stderr, /"Ada", "Zorp".*--user NAME --assistant NAME/s)
    const uuid = linked(await machine.run(['push', file, '--user', 'Zorp', '--assistant', 'Ada']))
    const { chatMessages } = expectOk(await person.readShare(uuid), shapes.sharedChat)
    assert.deepEqual(
      chatMessages.map(({ role }) => role),
      ['assistant', 'user', 'assistant', 'user'],
    )
    const wrong = await machine.run(['push', file, '--user', 'Ada', '--assistant', 'Ada'])
    assert.match(wrong.stderr, /must be different names/)
  })

  it('keeps the times of its messages and of the chat', async () => {
    const messages = dialogue.map(([role, content]) => ({ role, content }))
    const input = claudeExport([{ id: randomUUID(), messages }])
    const uuid = linked(await machine.run(['push', '-'], { input }))
    const { chatMessages } = expectOk(await person.readShare(uuid), shapes.sharedChat)
    assert.deepEqual(
      chatMessages.map(({ created_at }) => created_at),
      ['2025-03-01T08:00:00.000Z', '2025-03-01T08:01:00.000Z'],
    )
    const { chats } = expectOk(await person.get(person.path('/chats?order_by=id:desc')), shapes.chats)
    assert.equal(chats[0]?.created_at, '2025-03-01T08:00:00.000Z')
  })

  it('makes one chat with one link when a file is pushed twice at the same time', async () => {
    for (const content of [sessionOf(randomUUID(), dialogue), greetingAnswered(randomUUID())]) {
      const file = await machine.write('twice', content)
      const count = (await shares()).length
      const runs = await Promise.all([1, 2].map(() => machine.run(['push', file])))
      assert.equal(new Set(runs.map(linked)).size, 1)
      assert.equal((await shares()).length, count + 1)
    }
  })

  it('finds the chat of a session again from another machine', async () => {
    const content = sessionOf(randomUUID(), dialogue)
    const other = await createMachine(server.url)
    // The same account is signed in there, and nothing was pushed from there.
    await cp(
      join(machine.home, '.config/neptun-share/sessions'),
      join(other.home, '.config/neptun-share/sessions'),
      {
        recursive: true,
      },
    )
    const uuid = linked(await machine.run(['push', '-'], { input: content }))
    assert.equal(linked(await other.run(['push', '-'], { input: content })), uuid)
    await other.remove()
  })

  it('takes away from the link what is no longer in the file', async () => {
    const file = await machine.write(
      'shorter.md',
      `${greetingAnswered('Hello')}\n## User\n\nMy key is 1234\n`,
    )
    const uuid = linked(await machine.run(['push', file]))
    await writeFile(file, greetingAnswered('Hello'))
    const run = await machine.run(['push', file])
    assert.equal(linked(run), uuid)
    assert.match(run.stderr, /updated/)
    assert.deepEqual(await texts(uuid), ['Hi', 'Hello'])
  })

  it('leaves nothing behind when it is stopped before all was sent', async () => {
    const count = await countChats()
    // Standard input that never ends: what has come is a whole conversation already.
    const child = machine.start(['push', '-', '--all'])
    child.stdin?.on('error', () => undefined)
    const closed = once(child, 'close')
    child.stdin?.write(sessionOf(randomUUID(), dialogue).repeat(2000))
    // Had it sent what came, that would be at the server by the time that a push begun later has ended.
    linked(await machine.run(['push', '-'], { input: sessionOf(randomUUID(), dialogue) }))
    child.kill('SIGINT')
    await closed
    assert.equal(await countChats(), count + 1)
  })

  it('lets another visitor read what was pushed with --public', async () => {
    const id = randomUUID()
    const uuid = linked(await machine.run(['push', '-', '--public'], { input: sessionOf(id, dialogue) }))
    assert.equal((await stranger().readShare(uuid)).status, 200)
  })

  it('lets in who knows the password, and who is listed', async () => {
    const id = randomUUID()
    const listed = await signUp(server.url)
    const file = await machine.write('session.jsonl', sessionOf(id, dialogue))
    const secret = await machine.write('secret', 'open: sesame\n')
    const uuid = linked(await machine.run(['push', file, '--password-file', secret]))
    assert.equal((await stranger().readShare(uuid)).status, 401)
    assert.equal((await stranger().readShare(uuid, 'open: sesame')).status, 200)

    const emails = ['--email', `${listed.email}, grace@example.com`, '--email', 'alan@example.com']
    assert.equal(linked(await machine.run(['push', file, ...emails])), uuid)
    assert.equal((await stranger().readShare(uuid, 'open: sesame')).status, 401)
    assert.equal((await listed.readShare(uuid)).status, 401)
    assert.equal((await listed.readShare(uuid, 'open: sesame')).status, 200)
    assert.equal((await shareOf(uuid))?.whitelist_count, 3)
  })

  it('takes the password of a link from standard input where that is no terminal', async () => {
    const id = randomUUID()
    const file = await machine.write('session.jsonl', sessionOf(id, dialogue))
    const uuid = linked(await machine.run(['push', '--password', file], { input: 'from a pipe\n' }))
    assert.equal((await stranger().readShare(uuid, 'from a pipe')).status, 200)
  })

  it('ends a link by time and by views', async () => {
    const id = randomUUID()
    const file = await machine.write('session.jsonl', sessionOf(id, dialogue))
    const uuid = linked(await machine.run(['push', file, '--public', '--expires', '7d', '--max-views', '1']))
    const share = await shareOf(uuid)
    const days = (Date.parse(share?.expires_at ?? '') - Date.now()) / 86_400_000
    assert.ok(days > 6.9 && days <= 7)
    assert.equal((await stranger().readShare(uuid)).status, 200)
    assert.equal((await stranger().readShare(uuid)).status, 404)
  })

  it('adds what a session has grown by, under the same link and access', async () => {
    const id = randomUUID()
    const file = await machine.write('session.jsonl', sessionOf(id, dialogue))
    const uuid = linked(await machine.run(['push', file, '--public']))
    const before = expectOk(await person.readShare(uuid), shapes.sharedChat).chatMessages
    await writeFile(file, sessionOf(id, [...dialogue, ['user', 'And now?'], ['assistant', 'Still moons.']]))
    const run = await machine.run(['push', file])
    assert.equal(linked(run), uuid)
    assert.match(run.stderr, /updated, for anyone with the link/)
    const now = expectOk(await stranger().readShare(uuid), shapes.sharedChat).chatMessages
    assert.deepEqual(now.slice(0, 2), before)
    assert.deepEqual(
      now.slice(2).map(({ content }) => content),
      ['And now?', 'Still moons.'],
    )

    const count = (await shares()).length
    assert.match((await machine.run(['push', file])).stderr, /nothing new/)
    assert.equal((await shares()).length, count)
  })

  it('replaces what a session says otherwise now', async () => {
    const id = randomUUID()
    const file = await machine.write('session.jsonl', sessionOf(id, [...dialogue, ['user', 'And now?']]))
    const uuid = linked(await machine.run(['push', file]))
    await writeFile(
      file,
      sessionOf(id, [
        ['user', 'Something else'],
        ['assistant', 'A list of moons.'],
      ]),
    )
    const run = await machine.run(['push', file])
    assert.equal(linked(run), uuid)
    assert.match(run.stderr, /updated/)
    assert.deepEqual(await texts(uuid), ['Something else', 'A list of moons.'])
  })

  it('does not bring back what was edited or deleted on the server, unless forced', async () => {
    const id = randomUUID()
    const file = await machine.write(
      'session.jsonl',
      sessionOf(id, [...dialogue, ['user', 'My key is 1234']]),
    )
    const uuid = linked(await machine.run(['push', file, '--public']))
    const { chatMessages } = expectOk(await person.readShare(uuid), shapes.sharedChat)
    const share = await shareOf(uuid)
    const path = person.path(`/chats/${share?.chat_conversation_id}/messages/${chatMessages.at(-1)?.id}`)
    assert.equal((await person.send('DELETE', path)).status, 200)

    assert.equal(linked(await machine.run(['push', file])), uuid)
    assert.equal((await texts(uuid)).length, 2)
    await writeFile(file, sessionOf(id, [...dialogue, ['user', 'My key is 1234'], ['assistant', 'Thanks']]))
    const refused = await machine.run(['push', file])
    assert.equal(refused.code, 4)
    assert.equal(refused.stdout, '')
    assert.match(refused.stderr, /edited on the server.*--force/s)
    assert.equal((await texts(uuid)).length, 2)
    assert.equal(linked(await machine.run(['push', file, '--force'])), uuid)
    assert.equal((await texts(uuid)).length, 4)
  })

  it('makes a new chat when the one it made is gone', async () => {
    const id = randomUUID()
    const file = await machine.write('session.jsonl', sessionOf(id, dialogue))
    const uuid = linked(await machine.run(['push', file]))
    const share = await shareOf(uuid)
    const path = person.path(`/chats/${share?.chat_conversation_id}`)
    assert.equal((await person.send('DELETE', path)).status, 200)
    assert.notEqual(linked(await machine.run(['push', file])), uuid)
  })

  it('keeps a name that was chosen, and follows its source otherwise', async () => {
    const id = randomUUID()
    const titled = (title: string) =>
      `${sessionOf(id, dialogue)}${JSON.stringify({ type: 'summary', summary: title, leafUuid: `${id}-1` })}\n`
    await importFile(person, titled('Moons'))
    const file = await machine.write('session.jsonl', titled('Moons of Neptune'))
    await machine.run(['push', file])
    assert.equal(await newestName(), 'Moons of Neptune')
    await machine.run(['push', file, '--name', 'My moons'])
    await writeFile(file, titled('Moons and more'))
    await machine.run(['push', file])
    assert.equal(await newestName(), 'My moons')
  })

  it('tells Markdown files apart that begin alike, and knows a file again', async () => {
    const one = await machine.write('notes.md', greetingAnswered('Hello'))
    await mkdir(join(machine.home, 'b'))
    const other = await machine.write('b/notes.md', greetingAnswered('Good evening'))
    const uuid = linked(await machine.run(['push', one]))
    assert.notEqual(linked(await machine.run(['push', other])), uuid)
    await writeFile(one, greetingAnswered('Hello again'))
    assert.equal(linked(await machine.run(['push', one])), uuid)
    assert.deepEqual(await texts(uuid), ['Hi', 'Hello again'])
  })

  it('never opens a link that has a password with --public', async () => {
    const id = randomUUID()
    const file = await machine.write('session.jsonl', sessionOf(id, dialogue))
    const secret = await machine.write('secret', 'open: sesame\n')
    const uuid = linked(await machine.run(['push', file, '--password-file', secret]))
    const run = await machine.run(['push', file, '--public'])
    assert.equal(run.code, 4)
    assert.match(run.stderr, /asks for a password/)
    assert.equal((await stranger().readShare(uuid)).status, 401)
  })

  it('makes another link of the same chat by a label, with readers of its own, and finds it again by it', async () => {
    const file = await machine.write('labelled.jsonl', sessionOf(randomUUID(), dialogue))
    const main = linked(await machine.run(['push', file]))
    const team = linked(await machine.run(['push', file, '--label', 'Team', '--public']))
    assert.notEqual(team, main)
    assert.equal((await stranger().readShare(main)).status, 401)
    assert.equal((await stranger().readShare(team)).status, 200)
    assert.equal(linked(await machine.run(['push', file, '--label', 'Team', '--max-views', '9'])), team)
    assert.equal(linked(await machine.run(['push', file])), main)
    assert.deepEqual(
      [(await shareOf(main))?.label, (await shareOf(team))?.label, (await shareOf(team))?.max_views],
      [null, 'Team', 9],
    )
    assert.equal((await machine.run(['push', file, '--label', ' '])).code, 2)
  })

  it('shows a snapshot until it is asked for another', async () => {
    const id = randomUUID()
    const file = await machine.write('session.jsonl', sessionOf(id, dialogue))
    const uuid = linked(await machine.run(['push', file, '--public', '--snapshot']))
    await writeFile(file, sessionOf(id, [...dialogue, ['user', 'And now?']]))
    const run = await machine.run(['push', file])
    assert.match(run.stderr, /--snapshot updates/)
    const seen = async () => expectOk(await stranger().readShare(uuid), shapes.sharedChat).chatMessages.length
    assert.equal(await seen(), 2)
    linked(await machine.run(['push', file, '--snapshot']))
    assert.equal(await seen(), 3)
  })

  it('lists the chats of a file with several, and takes those that are named', async () => {
    const file = await machine.write(
      'export.zip',
      zip([{ name: 'conversations.json', content: await readFixture('chatgpt.json') }]),
    )
    const several = await machine.run(['push', file, '--json'])
    assert.equal(several.code, 2)
    assert.match(several.stderr, /^1 {2}Sunset haiku\n2 {2}Which way/m)
    const told: unknown = JSON.parse(several.stdout)
    assert.ok(typeof told === 'object' && told !== null && 'error' in told)
    assert.match(JSON.stringify(told.error), /"code":"usage".*"chats":\["Sunset haiku","Which way/)

    assert.match(
      (await machine.run(['push', file, '--chat', 'sunset HAIKU'])).stderr,
      /^Sunset haiku: pushed/,
    )
    assert.match((await machine.run(['push', file, '--chat', '2'])).stderr, /^Which way is/)
    const none = await machine.run(['push', file, '--chat', '1', '--chat', '99'])
    assert.deepEqual([none.code, none.stdout], [2, ''])
  })

  it('takes all chats of a file, and says which of them it could not', async () => {
    const file = await machine.write('conversations.json', await readFixture('chatgpt.json'))
    const run = await machine.run(['push', file, '--all', '--json'])
    assert.equal(run.code, 1)
    assert.match(run.stderr, /A broken one was not pushed: /)
    const again: unknown = JSON.parse(run.stdout)
    assert.ok(typeof again === 'object' && again !== null && 'pushed' in again && 'failed' in again)
    assert.ok(Array.isArray(again.pushed) && Array.isArray(again.failed))
    assert.equal(again.pushed.length, 2)
    assert.equal(again.failed.length, 3)
  })

  it('takes several files, each to a link of its own', async () => {
    const files = await Promise.all(
      ['a', 'b'].map((name) => machine.write(`${name}.jsonl`, sessionOf(name, dialogue))),
    )
    const { code, stdout } = await machine.run(['push', ...files])
    assert.equal(code, 0)
    assert.equal(new Set(stdout.trim().split('\n')).size, 2)
  })

  it('brings a chat that is larger than a request may be', async () => {
    const long = 'x'.repeat(900_000)
    const messages = Array.from({ length: 24 }, (_, index) => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      content: `${index} ${long}`,
    }))
    const file = await machine.write('long.json', JSON.stringify(messages))
    const uuid = linked(await machine.run(['push', file]))
    assert.deepEqual(
      (await texts(uuid)).map((text) => text.slice(0, 2).trim()),
      messages.map((_, index) => String(index)),
    )
  })

  it('keeps what an agent did unless that is not wanted', async () => {
    const file = await machine.write('session.jsonl', await readFixture('claude-code.jsonl'))
    const run = await machine.run(['push', file, '--no-tools'])
    assert.match(run.stderr, /2 tool calls/)
    const uuid = linked(run)
    assert.doesNotMatch((await texts(uuid)).join(), /```tool/)
    for (const options of [['--tools'], []]) {
      assert.equal(linked(await machine.run(['push', file, ...options])), uuid)
      assert.match((await texts(uuid)).join(), /```tool Bash\ncat/)
    }
    const both = await machine.run(['push', file, '--tools', '--no-tools'])
    assert.equal(both.code, 2)
  })

  it('takes the newest session of an agent that has a conversation in it', async () => {
    const place = async (path: string, content: string, minutesAgo: number) => {
      const file = join(machine.home, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, content)
      const time = Date.now() / 1000 - minutesAgo * 60
      await utimes(file, time, time)
    }
    await place('.claude/projects/-work-a/old.jsonl', sessionOf('old', [['user', 'old']]), 30)
    await place('.claude/projects/-work-b/new.jsonl', sessionOf('new', [['user', 'new']]), 20)
    await place('.claude/projects/-work-b/agent-1.jsonl', sessionOf('sub', [['user', 'subagent']]), 10)
    await place('.claude/projects/-work-c/empty.jsonl', '', 5)
    const onlySideChains = sessionOf('side', [['user', 'side chain']]).replace('{', '{"isSidechain":true,')
    await place('.claude/projects/-work-c/side.jsonl', onlySideChains, 4)
    assert.deepEqual(await texts(linked(await machine.run(['push', '--latest', 'claude-code']))), ['new'])
    await place('.config/claude/projects/-work-d/newer.jsonl', sessionOf('newer', [['user', 'newer']]), 15)
    assert.deepEqual(await texts(linked(await machine.run(['push', '--latest', 'claude-code']))), ['newer'])

    await place('elsewhere/projects/x/y.jsonl', sessionOf('moved', [['user', 'moved']]), 40)
    const env = { CLAUDE_CONFIG_DIR: join(machine.home, 'elsewhere') }
    assert.deepEqual(await texts(linked(await machine.run(['push', '--latest', 'claude-code'], { env }))), [
      'moved',
    ])

    const codex = (await readFixture('codex.jsonl')).toString()
    await place('.codex/sessions/2026/01/02/rollout-1.jsonl', codex, 10)
    const uuid = linked(await machine.run(['push', '--latest', 'codex']))
    assert.match((await texts(uuid))[1] ?? '', /Three, on `\[branch\]`\.$/)
    const none = await machine.run(['push', '--latest', 'codex'], { env: { CODEX_HOME: machine.home } })
    assert.equal(none.code, 4)
    assert.match(none.stderr, /no sessions of codex/)

    assert.match(linked(await machine.run(['push', '--public', '--latest'])), /^[\da-f-]{36}$/)
    assert.equal(linked(await machine.run(['push', '--latest', '--name', 'Stages'])), uuid)
    const unknown = await machine.run(['push', '--latest', 'nobody'])
    assert.equal(unknown.code, 2)
    assert.match(unknown.stderr, /known are claude-code, codex, gemini-cli/)
  })

  it('puts a session of opencode together from the files in which it lies', async () => {
    const place = async (path: string, value: object): Promise<void> => {
      const file = join(machine.home, 'data/opencode/storage', path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, JSON.stringify(value))
    }
    await place('session/p/ses_1.json', { id: 'ses_1', title: 'A cache', directory: '/srv/site' })
    await place('message/ses_1/msg_1.json', { id: 'msg_1', role: 'user', time: { created: 1772442000000 } })
    await place('message/ses_1/msg_2.json', {
      id: 'msg_2',
      role: 'assistant',
      time: { created: 1772442005000 },
    })
    await place('part/msg_1/prt_1.json', { id: 'prt_1', type: 'text', text: 'Why?' })
    await place('part/msg_2/prt_2.json', { id: 'prt_2', type: 'text', text: 'Because.' })
    const env = { XDG_DATA_HOME: join(machine.home, 'data') }
    const uuid = linked(await machine.run(['push', '--latest', 'opencode'], { env }))
    assert.deepEqual(await texts(uuid), ['Why?', 'Because.'])

    const listed = await machine.run(['sessions', 'opencode', '--json'], { env })
    assert.equal(listed.code, 0)
    const { sessions } = JSON.parse(listed.stdout) as { sessions: Record<string, string>[] }
    assert.deepEqual(
      sessions.map(({ agent, project, title }) => [agent, project, title]),
      [['opencode', '/srv/site', 'A cache']],
    )
  })

  it('takes sessions out of the databases in which opencode and Goose keep them', async () => {
    const data = join(machine.home, 'databases')
    await mkdir(join(data, 'opencode'), { recursive: true })
    await mkdir(join(data, 'goose/sessions'), { recursive: true })
    const openCode = new DatabaseSync(join(data, 'opencode/opencode.db'))
    openCode.exec(`CREATE TABLE session (id, title, directory, parent_id, time_created, time_updated);
      CREATE TABLE message (id, session_id, time_created, data); CREATE TABLE part (id, message_id, data);
      INSERT INTO session VALUES ('ses_9', 'A cache', '/srv/site', NULL, 1772442000000, 1772442000000);
      INSERT INTO message VALUES ('m2', 'ses_9', 2, '{"role":"assistant"}'), ('m1', 'ses_9', 1, '{"role":"user"}');
      INSERT INTO part VALUES ('p1', 'm1', '{"type":"text","text":"Why?"}'),
        ('p2', 'm2', '{"type":"text","text":"Because."}')`)
    openCode.close()
    const goose = new DatabaseSync(join(data, 'goose/sessions/sessions.db'))
    goose.exec(`CREATE TABLE sessions (id, name, description, working_dir, updated_at);
      CREATE TABLE messages (id INTEGER PRIMARY KEY, session_id, role, content_json, created_timestamp, metadata_json);
      INSERT INTO sessions VALUES ('20260302_1', 'A clock', '', '/srv/clock', '2026-03-03 09:00:00');
      INSERT INTO messages (session_id, role, content_json, created_timestamp) VALUES
        ('20260302_1', 'user', '[{"type":"text","text":"What time?"}]', 1772442000),
        ('20260302_1', 'assistant', '[{"type":"text","text":"Noon."}]', 1772442001)`)
    goose.close()
    const env = { XDG_DATA_HOME: data }
    const pushed = await machine.run(['push', '--latest', 'opencode'], { env })
    assert.deepEqual(await texts(linked(pushed)), ['Why?', 'Because.'])
    assert.match(pushed.stderr, /A cache/)
    assert.deepEqual(await texts(linked(await machine.run(['push', '--latest', 'goose'], { env }))), [
      'What time?',
      'Noon.',
    ])
    const { stdout } = await machine.run(['sessions', 'goose'], { env })
    assert.match(
      stdout,
      /^goose\t2026-03-03T09:00:00\.000Z\t\/srv\/clock\tA clock\t.*sessions\.db#20260302_1\n$/,
    )
  })

  it('lists the newest sessions of all agents, a line each, without signing in', async () => {
    const { code, stdout } = await machine.run(['sessions', '--limit', '2', '--server', 'http://127.0.0.1:1'])
    assert.equal(code, 0)
    const lines = stdout.trimEnd().split('\n')
    assert.equal(lines.length, 2)
    assert.match(lines[0] ?? '', /^[\w-]+\t\d{4}-\d\d-\d\dT[^\t]+\t[^\t]+\t[^\t]+\t\/[^\t]+$/)
    assert.equal((await machine.run(['sessions', 'amp'])).code, 4)
  })

  it('says what is wrong before it does anything', async () => {
    const id = randomUUID()
    const file = await machine.write('session.jsonl', sessionOf(id, dialogue))
    const wrong: [args: string[], code: number, said: RegExp][] = [
      [[], 2, /Name a FILE to push/],
      [[file, '--public', '--email', 'ada@example.com'], 2, /excludes/],
      [[file, '--email', 'nobody'], 2, /nobody is not an email/],
      [[file, '--expires', 'soon', '--public'], 2, /--expires should be/],
      [[file, '--pubic'], 2, /Unknown option '--pubic'/],
      [['missing.jsonl'], 1, /can't be read/],
      [[file, '--server', 'http://ada:secret@example.com'], 2, /neptun-share login/],
    ]
    const count = (await shares()).length
    for (const [args, code, said] of wrong) {
      const run = await machine.run(['push', ...args])
      assert.deepEqual([run.code, run.stdout], [code, ''], args.join(' '))
      assert.match(run.stderr, said)
    }
    assert.equal((await shares()).length, count)
  })

  it('says why a file is no chat', async () => {
    const page = await machine.run(['push', '-'], { input: '<!doctype html><p>Hi' })
    assert.deepEqual([page.code, page.stdout], [1, ''])
    assert.match(page.stderr, /This is a web page/)
  })

  it('makes a chat of its own for another account', async () => {
    const id = randomUUID()
    const file = await machine.write('session.jsonl', sessionOf(id, dialogue))
    const uuid = linked(await machine.run(['push', file]))
    const other = await signUp(server.url)
    await machine.run(['login', other.email], { input: accountPassword })
    assert.notEqual(linked(await machine.run(['push', file])), uuid)
    assert.equal((await other.readShare(uuid)).status, 403)
  })
})
