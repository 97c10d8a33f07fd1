import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { after, describe, test } from 'node:test'
import { basic, createVisitor, elsewhere, expectOk, signUp } from '../kit/client.ts'
import { type Chat, type Share, shapes } from '../kit/shapes.ts'
import { restartServer, startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

const MiB = 1024 * 1024
const MESSAGES = 63
const READERS = 16

/** Readers come from many addresses, as one may hold only a part of what there is. */
const env = { TRUST_PROXY: '1' }
let server = await startServer({ env })
after(() => server.close())

/** The most that the server's process has had in memory, in MiB. */
async function peakMemory(): Promise<number> {
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
}

let addresses = 0

function ask(path: string, password = ''): Socket {
  const { hostname, port, host } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  const headers = [
    `Host: ${host}`,
    `X-Forwarded-For: 10.1.1.${++addresses}`,
    ...(password ? [`Authorization: ${basic(`:${password}`)}`] : []),
  ]
  socket.write([`GET ${path} HTTP/1.1`, ...headers, '\r\n'].join('\r\n'))
  return socket
}

/** Asks for something, and reads no more than the beginning of the answer. */
async function askAndStall(path: string): Promise<{ socket: Socket; status: string }> {
  const socket = ask(path)
  const status = await new Promise<string>((resolve, reject) => {
    socket.once('data', (chunk: Buffer) => resolve(chunk.toString('latin1', 9, 12)))
    socket.once('error', reject)
  })
  socket.pause()
  return { socket, status }
}

async function createLargeChat(): Promise<Chat> {
  const chat = await owner.createChat([])
  for (let written = 0; written < MESSAGES; written += 9) {
    const messages = Array.from({ length: 9 }, (_, index) => ({
      role: 'user' as const,
      content: `${written + index}${'x'.repeat(MiB - 8)}`,
    }))
    await owner.addMessages(chat, messages)
  }
  return chat
}

const owner = await signUp(server.url)
const small = await owner.share(await owner.createChat())
const chat = await createLargeChat()
const large = await owner.share(chat)

const exportPath = ({ uuid }: Share, format: string): string =>
  `/api/shared/chats/${uuid}/export?format=${format}`

const formsOf = (share: Share): string[] => [
  `/api/shared/chats/${share.uuid}`,
  ...['markdown', 'json', 'openai'].map((format) => exportPath(share, format)),
]

describe('readers of large chats', () => {
  test(
    'who then read nothing take a bounded part of the memory, and others read meanwhile',
    { skip: process.platform !== 'linux' && 'memory is read from /proc' },
    async (t) => {
      const paths = formsOf(large)

      // One that has written nothing: what writing takes is not what is looked at.
      await server.stop()
      server = await restartServer(server, env)
      const atStart = await peakMemory()

      const whole = await Promise.all(paths.map((path) => createVisitor(server.url).get(path)))
      for (const { status, text } of whole) {
        assert.equal(status, 200)
        for (const number of [0, MESSAGES - 1]) assert.ok(text.includes(`${number}xxx`))
      }

      const sockets: Socket[] = []
      t.after(() => {
        for (const socket of sockets) socket.destroy()
      })
      for (let reader = 0; reader < READERS; reader++) {
        const { socket, status } = await askAndStall(paths[reader % paths.length] ?? '')
        sockets.push(socket)
        assert.equal(status, '200')
        assert.equal((await createVisitor(server.url).readShare(small.uuid)).status, 200)
      }
      const taken = (await peakMemory()) - atStart
      assert.ok(taken < 300, `${taken} MiB`)

      // What isn't read yet is of the revision that was decided about, or isn't sent.
      const last = sockets.at(-1)
      assert.ok(last)
      const again = elsewhere(owner, server.url)
      await again.changeShare(large, { is_shared: false })
      await again.addMessages(chat, [{ role: 'user', content: 'written behind the closed door' }])
      const received = await readOn(last)
      assert.ok(received.length > MiB && received.length < MESSAGES * MiB, `${received.length} bytes`)
      assert.ok(!received.includes('written behind the closed door'))
      assert.ok(!received.endsWith('0\r\n\r\n'), 'it says that it is not whole')
      await again.changeShare(large, { is_shared: true })
    },
  )

  test(
    'as pages and as files to keep are written while they are sent',
    { skip: process.platform !== 'linux' && 'memory is read from /proc' },
    async () => {
      await server.stop()
      server = await restartServer(server, env)
      const atStart = await peakMemory()
      const paths = [`/shared/chats/${large.uuid}`, exportPath(large, 'html')]
      const whole = await Promise.all(
        paths.map((path) => createVisitor(server.url).get(path, { accept: 'text/html' })),
      )
      for (const { status, text } of whole) {
        assert.equal(status, 200)
        for (const number of [0, MESSAGES - 1]) assert.ok(text.includes(`${number}xxx`))
        assert.ok(text.trimEnd().endsWith('</html>'))
      }
      const taken = (await peakMemory()) - atStart
      assert.ok(taken < 400, `${taken} MiB`)
    },
  )

  test('who are sent its files count among those who are sent much', async (t) => {
    const owner = await signUp(server.url)
    const chat = await owner.createChat([{ role: 'user', content: 'A file of 19 MiB.' }])
    const path = owner.path(`/chats/${chat.id}/files?name=noise.bin`)
    const body = randomBytes(19 * MiB)
    const uploaded = await owner.send('POST', path, {
      body,
      headers: { 'content-type': 'application/octet-stream' },
    })
    const { file } = expectOk(uploaded, shapes.file)
    await owner.addMessages(chat, [{ role: 'user', content: file.markdown }])
    const share = await owner.share(chat)
    for (const format of ['json', 'html', 'zip']) {
      const { socket, status } = await askAndStall(exportPath(share, format))
      t.after(() => socket.destroy())
      assert.equal(status, '200')
      assert.ok((await bytesUnderWay()) >= 4 * MiB, format)
      socket.destroy()
      await until('nothing is under way', async () => (await bytesUnderWay()) === 0)
    }
  })

  test('who leave before they are answered hold nothing any more', async () => {
    // Of this revision nothing has been made yet.
    await elsewhere(owner, server.url).addMessages(chat, [{ role: 'user', content: 'one more' }])
    for (const path of [...formsOf(large), `/shared/chats/${large.uuid}`]) {
      for (let reader = 0; reader < 6; reader++) {
        const socket = ask(path)
        await once(socket, 'connect')
        // Some leave while it is being made, some while it is being sent.
        const leaving = performance.now() + reader * 8
        while (performance.now() < leaving) await new Promise((resolve) => setImmediate(resolve))
        socket.destroy()
      }
    }
    await until('nothing is under way', async () => (await bytesUnderWay()) === 0)
    assert.equal((await createVisitor(server.url).readShare(large.uuid)).status, 200)
  })

  test('who leave while their password is checked hold nothing of what others are being sent', async () => {
    const owner = await signUp(server.url)
    // Below what is written while it is sent; as JSON it has twice as many bytes.
    const quotes = '"'.repeat(MiB - 8)
    const messages = Array.from({ length: 7 }, () => ({ role: 'user' as const, content: quotes }))
    const chat = await owner.createChat(messages)
    const { socket: other, status } = await askAndStall(exportPath(await owner.share(chat), 'json'))
    assert.equal(status, '200')
    const underWay = await bytesUnderWay()
    assert.ok(underWay > 14 * MiB, `${underWay} bytes`)
    for (const password of ['one giant leap', 'one small step']) {
      const before = await exportsRecorded()
      const socket = ask(exportPath(await owner.share(chat, { password }), 'json'), password)
      await once(socket, 'connect')
      socket.destroy()
      await until('their request is over', async () => (await exportsRecorded()) > before)
    }
    other.destroy()
    await until('nothing is under way', async () => (await bytesUnderWay()) === 0)
  })
})

async function bytesUnderWay(): Promise<number> {
  const { text } = await createVisitor(server.url).get('/metrics')
  return Number(/^neptun_sending_bytes (\d+)$/m.exec(text)?.[1])
}

/** How many requests for files to keep are over, whatever came of them. */
async function exportsRecorded(): Promise<number> {
  const { text } = await createVisitor(server.url).get('/metrics')
  const counts = text.matchAll(/^neptun_http_requests_total\{.*\/export".*\} (\d+)$/gm)
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
}

/** What comes until the connection ends. */
async function readOn(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined)
  socket.resume()
  await new Promise((resolve) => socket.once('close', resolve))
  return Buffer.concat(chunks).toString('latin1')
}
