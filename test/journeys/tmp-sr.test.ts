import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { after, describe, test } from 'node:test'
import { createVisitor, signUp } from '../kit/client.ts'
import { startServer } from '../kit/start-server.ts'

const MiB = 1024 * 1024
const MESSAGES = 48

const server = await startServer()
after(() => server.close())

/** The most that the server's process has had in memory, in MiB. */
async function peakMemory(): Promise<number> {
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
}

/** Asks for something, and reads no more than the beginning of the answer. */
async function askAndStall(path: string): Promise<{ socket: Socket; status: string }> {
  const { hostname, port, host } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  const status = await new Promise<string>((resolve, reject) => {
    socket.once('data', (chunk: Buffer) => resolve(chunk.toString('latin1', 9, 12)))
    socket.once('error', reject)
  })
  socket.pause()
  return { socket, status }
}

describe('readers who ask for large chats and then read nothing', () => {
  test(
    'take a bounded part of the memory, and others read meanwhile',
    { skip: process.platform !== 'linux' && 'memory is read from /proc' },
    async (t) => {
      const owner = await signUp(server.url)
      const small = await owner.share(await owner.createChat())
      const uuids: string[] = []
      for (const letter of ['a', 'b', 'c', 'd']) {
        const chat = await owner.createChat([])
        for (let part = 0; part < MESSAGES; part += 12) {
          const messages = Array.from({ length: 12 }, () => ({
            role: 'user' as const,
            content: letter.repeat(MiB),
          }))
          await owner.addMessages(chat, messages)
        }
        uuids.push((await owner.share(chat)).uuid)
      }

      console.error('created', await peakMemory())
      const sockets: Socket[] = []
      t.after(() => {
        for (const socket of sockets) socket.destroy()
      })
      const statuses: string[] = []
      for (let reader = 0; reader < 16; reader++) {
        const { socket, status } = await askAndStall(`/api/shared/chats/${uuids[reader % 4]}`)
        sockets.push(socket)
        statuses.push(status)
        assert.equal((await createVisitor(server.url).readShare(small.uuid)).status, 200)
      }
      assert.deepEqual([...new Set(statuses)].toSorted(), ['200', '503'])
      assert.ok((await peakMemory()) < 450, `${await peakMemory()} MiB`)
    },
  )
})
