import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { unzipSync } from 'fflate'
import sharp from 'sharp'
import { accountPassword, createVisitor, type Person, signUp, type Visitor } from '../kit/client.ts'
import { createMachine, type Machine } from '../kit/command-line.ts'
import { type Server, startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

/** On a busy machine a page is plain text at first. */
async function renderedPage(visitor: Visitor, path: string): Promise<string> {
  let page = ''
  await until('a page with its picture', async () => {
    page = (await visitor.get(path)).text
    return page.includes('<img ')
  })
  return page
}

describe('files on the command line', () => {
  let server: Server
  let person: Person
  let machine: Machine
  let picture: Buffer

  before(async () => {
    server = await startServer()
    person = await signUp(server.url)
    machine = await createMachine(server.url)
    await machine.run(['login', person.email], { input: accountPassword })
    picture = await sharp({ create: { width: 50, height: 30, channels: 3, background: '#06c' } })
      .png()
      .toBuffer()
  })
  after(async () => {
    await machine.remove()
    await server.close()
  })

  it('go along with the chat that names them, and come back with its archive', async () => {
    const chart = await machine.write('my chart.png', picture)
    const table = await machine.write('table.md', '# not a chat')
    const text =
      '# Moons\n\n## User\n\nLook: ![a chart](./plots/my%20chart.png)\n\n## Assistant\n\nSee [the table](table.md) and [the web](https://example.org/table.md).\n'
    const chat = await machine.write('moons.md', text)
    const run = await machine.run(['push', chat, '--file', chart, '--file', table, '--public'])
    assert.equal(run.code, 0, run.stderr)
    const url = run.stdout.trim()
    const page = await renderedPage(createVisitor(server.url), new URL(url).pathname)
    assert.match(page, /<img [^>]*alt="a chart"/)
    assert.match(page, /<a class="file" [^>]*>the table/)
    assert.match(page, /href="https:\/\/example\.org\/table\.md"/)

    // The same again is nothing new.
    const again = await machine.run(['push', chat, '--file', chart, '--file', table, '--json'])
    assert.equal(
      (JSON.parse(again.stdout) as { pushed: { change: string }[] }).pushed[0]?.change,
      'unchanged',
    )

    const archive = join(machine.home, 'moons.zip')
    assert.equal((await machine.run(['export', url, '--format', 'zip', '-o', archive])).code, 0)
    assert.ok((await stat(archive)).size > picture.length / 2)
    const entries = unzipSync(await readFile(archive))
    assert.deepEqual(Object.keys(entries), ['files/my-chart.png', 'files/table.md.file', 'Moons.md'])
    const pushed = await machine.run(['push', archive, '--json'])
    assert.equal(pushed.code, 0, pushed.stderr)
    const [back] = (JSON.parse(pushed.stdout) as { pushed: { share: { uuid: string } }[] }).pushed
    const second = await renderedPage(person, `/shared/chats/${back?.share.uuid}`)
    assert.match(second, /<img [^>]*alt="a chart"/)
  })

  it('come back from a page that is a file', async () => {
    const chart = await machine.write('triton.png', picture)
    const chat = await machine.write('triton.md', '## User\n\n![it](triton.png)\n\n## Assistant\n\nA moon.\n')
    const run = await machine.run(['push', chat, '--file', chart])
    assert.equal(run.code, 0, run.stderr)
    const page = join(machine.home, 'triton.html')
    assert.equal((await machine.run(['export', run.stdout.trim(), '--format', 'html', '-o', page])).code, 0)
    for (const change of ['new', 'unchanged']) {
      const pushed = await machine.run(['push', page, '--json'])
      assert.equal(pushed.code, 0, pushed.stderr)
      const [back] = (JSON.parse(pushed.stdout) as { pushed: { change: string; share: { uuid: string } }[] })
        .pushed
      assert.equal(back?.change, change)
      assert.match(await renderedPage(person, `/shared/chats/${back.share.uuid}`), /<img [^>]*alt="it"/)
    }
  })

  it('that a text shows and that don’t go along are told', async () => {
    await machine.write('beside.png', picture)
    const text = '## User\n\n![one](beside.png) ![none](nowhere.png)\n\n## Assistant\n\nYes.\n'
    const chat = await machine.write('beside.md', text)
    const run = await machine.run(['push', chat])
    assert.equal(run.code, 0, run.stderr)
    assert.match(run.stderr, /beside\.md shows beside\.png, which isn't sent\. Send it along with --file\./)
  })

  it('are refused where no message names them', async () => {
    const chat = await machine.write('plain.md', '## User\n\nHi\n\n## Assistant\n\nHello\n')
    const chart = await machine.write('unnamed.png', picture)
    const run = await machine.run(['push', chat, '--file', chart])
    assert.notEqual(run.code, 0)
    assert.match(run.stderr, /doesn't name every --file/)
    const missing = await machine.run(['push', chat, '--file', 'nowhere.png'])
    assert.match(missing.stderr, /nowhere\.png can't be read/)
  })
})
