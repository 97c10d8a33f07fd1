import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { expectOk, logIn, type NewMessage, type Person, signUp } from '../kit/client.ts'
import { openRawConnection, type RawConnection } from '../kit/raw-socket.ts'
import { shapes } from '../kit/shapes.ts'
import { restartServer, type Server, startServer } from '../kit/start-server.ts'
import { claudeExport, importFile, upload, uploadForm } from '../kit/uploads.ts'
import { until } from '../kit/until.ts'
import { zip } from '../kit/zip.ts'

const MiB = 1024 * 1024
const talk: NewMessage[] = [
  { role: 'user', content: 'Where is Triton?' },
  { role: 'assistant', content: 'Around Neptune.' },
]
const chat = (id: string): string => claudeExport([{ id, messages: talk }])

let server: Server
let ada: Person

before(async () => {
  server = await startServer()
  ada = await signUp(server.url)
})
after(() => server.close())

async function namesOf(person: Person): Promise<string[]> {
  const { chats } = expectOk(await person.get(person.path('/chats')), shapes.chats)
  return chats.map(({ name }) => name).toSorted()
}

/** Begins a request without a client's manners. */
function begin(person: Person, headers: string): RawConnection {
  const connection = openRawConnection(person.url)
  const cookie = [...person.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  connection.write(
    `POST ${person.path('/imports')} HTTP/1.1\r\nHost: ${new URL(person.url).host}\r\nCookie: ${cookie}\r\n` +
      `Content-Type: application/json\r\n${headers}\r\n\r\n`,
  )
  return connection
}

describe('a hostile upload', () => {
  it('that says to be larger than 1 GiB is refused before it is sent', async () => {
    const connection = begin(ada, `Content-Length: ${1024 * MiB + 1}`)
    const { status, body } = await connection.answer
    connection.close()
    assert.equal(status, 413)
    assert.match(body, /at most 1 GiB/)
  })

  it('that unpacks to far more than it is ends, and what came before it stays', async () => {
    const bomb = { name: 'conversations.json', content: Buffer.alloc(70 * MiB, ' ') }
    const alone = await upload(ada, zip([bomb]))
    assert.equal(alone.status, 413)
    const { counts, failed } = await importFile(ada, zip([{ name: 'a.json', content: chat('kept') }, bomb]))
    assert.equal(counts.new, 1)
    assert.match(failed[0]?.reason ?? '', /unpacks to far more/)
  })

  it('whose names lead out of the archive writes nothing anywhere', async () => {
    const { counts } = await importFile(
      ada,
      zip([{ name: '../../../../tmp/neptun-escaped.json', content: chat('path') }]),
    )
    assert.equal(counts.new, 1)
  })

  it('that is cut off brings in what came whole, and says what did not', async () => {
    const file = claudeExport(['cut-1', 'cut-2', 'cut-3'].map((id) => ({ id, messages: talk })))
    const { counts, failed } = await importFile(ada, file.slice(0, -40))
    assert.deepEqual([counts.new, counts.failed], [2, 1])
    assert.equal(failed[0]?.title, 'About cut-3')
    const archive = zip([
      { name: 'a.json', content: chat('cut-4') },
      { name: 'b.json', content: file },
    ])
    const cut = await importFile(ada, archive.subarray(0, archive.length * 0.6))
    assert.equal(cut.counts.new, 1)
    assert.match(cut.failed[0]?.reason ?? '', /damaged or incomplete/)
  })

  it('with one enormous message keeps its beginning', async () => {
    const messages = [{ role: 'user' as const, content: 'A'.repeat(8 * MiB) }]
    const { counts, left_out } = await importFile(ada, claudeExport([{ id: 'huge', messages }]))
    assert.equal(counts.new, 1)
    assert.deepEqual(left_out, { 'end of a long message': 1 })
  })

  it('nested without end, or going in circles, is told', async () => {
    for (const file of [
      '['.repeat(2_000_000),
      `${'{"chat":'.repeat(200_000)}1${'}'.repeat(200_000)}`,
      JSON.stringify([
        {
          title: 'Round',
          current_node: 'a',
          mapping: {
            a: { id: 'a', parent: 'b', children: ['b'] },
            b: { id: 'b', parent: 'a', children: ['a'] },
          },
        },
      ]),
    ]) {
      const answered = await upload(ada, file)
      if (answered.status === 200) assert.equal(expectOk(answered, shapes.imported).counts.new, 0)
      else assert.equal(answered.status, 400, answered.text)
    }
  })

  it('as a form without an end, a boundary or a file is a 400', async () => {
    const head = 'Content-Disposition: form-data; name="file"; filename="x.json"'
    for (const [type, body] of [
      ['multipart/form-data; boundary=b', `--b\r\n${head}\r\n\r\nnothing`],
      ['multipart/form-data; boundary=b', '--b--\r\n'],
      ['multipart/form-data; boundary=b', ''],
      ['multipart/form-data', `--b\r\n${head}\r\n\r\n[]\r\n--b--\r\n`],
      ['multipart/form-data; boundary=b', 'no form at all'],
      ['multipart/form-data; boundary=b', `--b\r\n${'X: y\r\n'.repeat(10_000)}\r\n[]\r\n--b--\r\n`],
    ] as const) {
      const answered = await upload(ada, body, '', { 'content-type': type })
      assert.equal(answered.status, 400, `${body.slice(0, 60)} → ${answered.status}`)
    }
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`${index}.md`, 'x']))
    assert.equal((await uploadForm(ada, many)).status, 400)
  })

  it('that breaks off leaves whole chats, and the same file brings the rest', async () => {
    const person = await signUp(server.url)
    const file = claudeExport(['b-1', 'b-2', 'b-3'].map((id) => ({ id, messages: talk })))
    const connection = begin(person, `Content-Length: ${file.length}`)
    connection.answer.catch(() => {})
    connection.write(file.slice(0, -100))
    await until('two chats are there', async () => (await namesOf(person)).length === 2)
    connection.close()
    assert.deepEqual(await namesOf(person), ['About b-1', 'About b-2'])
    const { counts } = await importFile(person, file)
    assert.deepEqual([counts.new, counts.unchanged], [1, 2])
  })

  it('leaves nobody out: the server answers, and logged no error of its own', async () => {
    assert.equal((await ada.get('/health')).status, 200)
    assert.deepEqual(
      server.logs().filter(({ level }) => level === 'error' || level === 'fatal'),
      [],
    )
  })
})

describe('a server that is killed during an import', () => {
  it('has whole chats alone, and importing again completes it', async () => {
    const victim = await startServer()
    let second: Server | undefined
    try {
      const person = await signUp(victim.url)
      const messages = Array.from({ length: 50 }, (_, index) => talk[index % 2] ?? talk[0]).filter(
        (message) => message !== undefined,
      )
      const count = 200
      const file = claudeExport(Array.from({ length: count }, (_, index) => ({ id: `k${index}`, messages })))
      const importing = upload(person, file).catch(() => undefined)
      await until('some chats are there', async () => (await namesOf(person)).length >= 5)
      await victim.kill()
      await importing
      second = await restartServer(victim)
      const back = await logIn({ ...person, url: second.url })
      const { chats } = expectOk(await back.get(back.path('/chats')), shapes.chats)
      assert.ok(chats.length >= 5)
      for (const { id } of chats) {
        const read = expectOk(await back.get(back.path(`/chats/${id}/messages`)), shapes.messages)
        assert.equal(read.chatMessages.length, 50)
      }
      const { counts } = await importFile(back, file)
      assert.deepEqual([counts.new, counts.unchanged], [count - chats.length, chats.length])
    } finally {
      await (second ?? victim).close()
    }
  })
})
