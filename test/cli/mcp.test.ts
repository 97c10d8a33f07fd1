import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { accountPassword, createVisitor, type Person, signUp } from '../kit/client.ts'
import { createMachine, type Machine } from '../kit/command-line.ts'
import { programFile } from '../kit/program-file.ts'
import { madeUpSecrets } from '../kit/made-up-secrets.ts'
import { type Server, startServer } from '../kit/start-server.ts'

const conversation = '## User\n\nWhat is the largest moon of Neptune?\n\n## Assistant\n\nTriton.\n'

const urlIn = (text: string) => /"url": "([^"]+)"/.exec(text)?.[1] ?? ''

describe('neptun-share mcp', () => {
  let server: Server
  let owner: Person
  let machine: Machine
  let client: Client

  before(async () => {
    server = await startServer()
    owner = await signUp(server.url)
    machine = await createMachine(server.url)
    const { code, stderr } = await machine.run(['login', owner.email], { input: accountPassword })
    assert.equal(code, 0, stderr)
    client = new Client({ name: 'test', version: '1' })
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [programFile('cli/main'), 'mcp'],
        cwd: machine.home,
        env: { PATH: process.env['PATH'] ?? '', HOME: machine.home, NEPTUN_SHARE_SERVER: server.url },
      }),
    )
  })
  after(async () => {
    await client.close()
    await machine.remove()
    await server.close()
  })

  async function call(name: string, given: Record<string, unknown> = {}) {
    const { content, isError } = await client.callTool({ name, arguments: given })
    const [first] = content
    assert.ok(first?.type === 'text')
    return { text: first.text, isError: isError === true }
  }

  async function done(name: string, given: Record<string, unknown> = {}): Promise<string> {
    const { text, isError } = await call(name, given)
    assert.equal(isError, false, text)
    return text
  }

  const statusOf = async (url: string) =>
    (await createVisitor(server.url).get(`${new URL(url).pathname}.md`)).status

  it('lists its tools, with what each takes', async () => {
    const { tools } = await client.listTools()
    assert.deepEqual(
      tools.map(({ name }) => name),
      ['push', 'list', 'read', 'share', 'pause'],
    )
    for (const { description, inputSchema } of tools) {
      assert.ok(description)
      assert.equal(inputSchema.type, 'object')
    }
  })

  it('pushes a chat for its owner alone, shares it, reads it and pauses it', async () => {
    const url = urlIn(await done('push', { markdown: conversation, name: 'Moons by MCP' }))
    assert.equal(await statusOf(url), 401)
    assert.match(
      await done('share', { link: url, readers: 'anyone', expires: '7d', max_views: 9 }),
      /"anyone"/,
    )
    assert.equal(await statusOf(url), 200)
    assert.match(await done('read', { link: url }), /Triton/)
    assert.match(await done('list', { limit: 1 }), /Moons by MCP/)
    assert.match(await done('pause', { link: url }), /"paused"/)
    assert.equal(await statusOf(url), 404)
    assert.match(await done('pause', { link: 'moons by mcp', resume: true }), /"active"/)
    assert.match(await done('share', { link: url, readers: 'only-me' }), /"only you"/)
    assert.equal(await statusOf(url), 401)
    assert.match(await done('share', { link: url, emails: ['ada@example.com'] }), /"1 email"/)
  })

  it('pushes a file, and the same again under the same link', async () => {
    const file = await machine.write('chat.md', conversation)
    const url = urlIn(await done('push', { file }))
    assert.equal(urlIn(await done('push', { file })), url)
  })

  it('opens nothing with a secret in it unless the person has seen it', async () => {
    const secret = madeUpSecrets('mcp').find(({ kind }) => /github/i.test(kind))
    assert.ok(secret)
    const chat = await owner.createChat([{ content: secret.message, role: 'user' }], 'Keys')
    const share = await owner.share(chat, { is_protected: true })
    const refused = await call('share', { link: share.url, readers: 'anyone' })
    assert.ok(refused.isError)
    assert.match(refused.text, /a secret was found/)
    assert.ok(!refused.text.includes(secret.secret))
    assert.equal(await statusOf(share.url), 401)
    const pushed = await call('push', { markdown: `## User\n\n${secret.message}\n` })
    assert.ok(pushed.isError)
    await done('share', { link: share.url, readers: 'anyone', despite_secrets: true })
    assert.equal(await statusOf(share.url), 200)
    await done('pause', { link: share.url })
    assert.ok((await call('pause', { link: share.url, resume: true })).isError)
    assert.equal(await statusOf(share.url), 404)
    await done('pause', { link: share.url, resume: true, despite_secrets: true })
    assert.equal(await statusOf(share.url), 200)
  })

  it('reads a link with its password, and says what is wrong in a sentence', async () => {
    const stranger = await signUp(server.url)
    const theirs = await stranger.share(await stranger.createChat(), { password: 'sesame' })
    for (const [given, words] of [
      [{ link: theirs.url, password: 'wrong' }, /not the password/],
      [{ link: theirs.url }, /password/i],
    ] as const) {
      const answer = await call('read', given)
      assert.ok(answer.isError)
      assert.match(answer.text, words)
    }
    assert.match(await done('read', { link: theirs.url, password: 'sesame' }), /Triton/)
    const missing = await call('pause', { link: 'no such chat' })
    assert.ok(missing.isError)
    assert.match(missing.text, /You have no chat/)
  })
})
