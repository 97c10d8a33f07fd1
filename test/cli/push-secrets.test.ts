import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { accountPassword, expectOk, type Person, signUp } from '../kit/client.ts'
import { createMachine, hasTerminals, type Machine } from '../kit/command-line.ts'
import { madeUpSecrets } from '../kit/made-up-secrets.ts'
import { shapes } from '../kit/shapes.ts'
import { type Server, startServer } from '../kit/start-server.ts'

const { secret } = madeUpSecrets('push').find(({ kind }) => kind === 'GitHub classic') ?? assert.fail()
const ask = { role: 'user', content: `Use ${secret} to push.` }
const answer = { role: 'assistant', content: 'It is pushed.' }
const chatWith = (...messages: object[]) => JSON.stringify([...messages, answer])

describe('push of a chat with a secret in it', () => {
  let server: Server
  let person: Person
  let machine: Machine

  before(async () => {
    server = await startServer({ env: { LOG_LEVEL: 'trace' } })
    person = await signUp(server.url)
    machine = await createMachine(server.url)
    await machine.run(['login', person.email], { input: accountPassword })
  })
  after(async () => {
    await machine.remove()
    await server.close()
  })

  /** The texts of the chats, as the server has them now. */
  async function stored(): Promise<string[]> {
    const { chats } = expectOk(await person.get(person.path('/chats')), shapes.chats)
    const texts: string[] = []
    for (const { id, name } of chats) {
      const { text } = await person.get(person.path(`/chats/${id}/messages`))
      texts.push(`${name} ${text}`)
    }
    return texts
  }

  it('is refused where nobody can be asked: it says what is where, what to do, and stores nothing', async () => {
    const file = await machine.write('refused.json', chatWith(ask))
    const { code, stdout, stderr } = await machine.run(['push', file, '--public'])
    assert.equal(code, 4)
    assert.equal(stdout, '')
    assert.match(stderr, /message 1: GitHub token: Use ghp_•+ to push\./)
    assert.match(stderr, /Use --redact .* or --allow-secrets/s)
    assert.ok(!stderr.includes(secret.slice(8)))
    assert.deepEqual(await stored(), [])
    const asJson = await machine.run(['push', file, '--public', '--json'])
    const { error } = JSON.parse(asJson.stdout)
    assert.deepEqual([error.code, error.findings[0].rule], ['refused', 'github-token'])
    assert.ok(!asJson.stdout.includes(secret.slice(8)))
  })

  it('comes in without it by --redact, and again when the session has grown', async () => {
    const file = await machine.write('redacted.json', chatWith(ask))
    const first = await machine.run(['push', file, '--public', '--redact'])
    assert.equal(first.code, 0, first.stderr)
    assert.match(first.stderr, /secrets? w(?:as|ere) replaced by \[redacted\]/)
    const [text, ...others] = await stored()
    assert.deepEqual(others, [])
    assert.match(text ?? '', /Use \[redacted\] to push/)
    assert.ok(!text?.includes(secret))

    await machine.write('redacted.json', chatWith(ask, answer, ask))
    const held = await machine.run(['push', file])
    assert.equal(held.code, 4)
    const again = await machine.run(['push', file, '--redact'])
    assert.equal(again.code, 0, again.stderr)
    assert.equal(again.stdout, first.stdout)
    const texts = await stored()
    assert.equal(texts.length, 1)
    assert.ok(!texts[0]?.includes(secret))
  })

  it('is refused where the secret is in the name that it is given', async () => {
    const file = await machine.write('named.json', chatWith({ role: 'user', content: 'A name.' }))
    const { code, stdout, stderr } = await machine.run(['push', file, '--public', '--name', `Use ${secret}`])
    assert.deepEqual([code, stdout], [4, ''])
    assert.match(stderr, /secret in --name \(GitHub token\)/)
    assert.ok(!stderr.includes(secret.slice(8)))
    assert.ok((await stored()).some((text) => text.startsWith('A name.')))
    assert.ok(!(await stored()).some((text) => text.startsWith(`Use ${secret}`)))
  })

  it('comes in as it is by --allow-secrets, and not with both', async () => {
    const file = await machine.write('allowed.json', chatWith(ask, { role: 'user', content: 'Now.' }))
    const { code, stderr } = await machine.run(['push', file, '--allow-secrets'])
    assert.equal(code, 0, stderr)
    assert.ok((await stored()).some((text) => text.includes(secret)))
    assert.equal((await machine.run(['push', file, '--allow-secrets', '--redact'])).code, 2)
  })

  it('holds back only that one of several', async () => {
    const many = [
      { name: 'Moons', messages: [{ role: 'user', content: 'Which moons?' }, answer] },
      { name: 'Keys', messages: [ask, answer] },
    ]
    const files = [
      await machine.write('moons.json', JSON.stringify(many[0]?.messages)),
      await machine.write('keys.json', JSON.stringify([...(many[1]?.messages ?? []), ask])),
    ]
    const { code, stdout, stderr } = await machine.run(['push', '--all', ...files])
    assert.equal(code, 1, stderr)
    assert.match(stdout, /^http\S+\n$/)
    assert.match(stderr, /not pushed/)
  })

  const why = hasTerminals ? '' : ' (skipped: no `script` of util-linux here to make a pseudo-terminal)'
  it(`is asked about on a terminal${why}`, { skip: !hasTerminals }, async () => {
    await machine.write('asked.json', chatWith(ask, { role: 'user', content: 'On a terminal.' }))
    const before = await stored()
    const not = await machine.runOnTerminal('neptun-share push asked.json', [
      { after: 'or [n]ot push?', type: '\n' },
    ])
    assert.equal(not.code, 4, not.screen)
    assert.equal((await stored()).length, before.length)
    const redacted = await machine.runOnTerminal('neptun-share push asked.json', [
      { after: 'or [n]ot push?', type: 'r\n' },
    ])
    assert.equal(redacted.code, 0, redacted.screen)
    assert.ok(!redacted.screen.includes(secret.slice(8)))
    const added = (await stored()).filter((text) => text.includes('On a terminal.'))
    assert.equal(added.length, 1)
    assert.match(added[0] ?? '', /\[redacted\]/)
  })

  it('leaves nothing of it in the log', () => {
    assert.ok(!server.output().includes(secret.slice(0, 12)))
  })
})
