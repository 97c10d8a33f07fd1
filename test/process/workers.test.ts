import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createVisitor, signUp } from '../kit/client.ts'
import { freePort } from '../kit/free-port.ts'
import { restartServer, startServer, type Server } from '../kit/start-server.ts'

const workers = 2
const patience = 20_000

function workerIds(server: Server): number[] {
  return server.logs().flatMap(({ msg, worker }) => (msg === 'Starting a worker' ? [Number(worker)] : []))
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + patience
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, 'it never came true')
    await sleep(100)
  }
}

async function countedReads(server: Server): Promise<number> {
  const { text } = await createVisitor(server.url).get('/metrics')
  const line = /neptun_http_requests_total\{[^}]*route="\/api\/shared\/chats\/:uuid"[^}]*\} (\d+)/.exec(text)
  return Number(line?.[1] ?? 0)
}

test('workers share one port and sum their metrics and views; together they stop', async () => {
  const server = await startServer({ args: ['--workers', String(workers)] })
  try {
    const owner = await signUp(server.url)
    const share = await owner.share(await owner.createChat())
    // Without keep-alive each request is a new connection, which the next worker takes.
    const read = () => createVisitor(server.url).readShare(share.uuid, undefined, { connection: 'close' })
    for (let count = 0; count < 20; count++) assert.equal((await read()).status, 200)
    assert.equal(await countedReads(server), 20)
    await until(async () => (await owner.findShare(share)).view_count === 20)
    assert.equal(workerIds(server).length, workers)
  } finally {
    const { code } = await server.stop()
    assert.equal(code, 0)
    await server.database.remove()
  }
  assert.equal(server.logs().filter(({ msg }) => msg === 'A worker stopped').length, workers)
})

test('a worker that is killed under load loses nothing it acknowledged, and is replaced', async () => {
  // A port of its own choice would be another one after all workers died at once.
  const env = { PORT: String(await freePort()) }
  const server = await startServer({ args: ['--workers', String(workers)], env })
  try {
    const owner = await signUp(server.url)
    const chat = await owner.createChat([])
    const share = await owner.share(chat)
    const acknowledged: string[] = []
    const load = { isOn: true }
    const write = async (writer: number) => {
      for (let index = 0; load.isOn; index++) {
        const message = `message ${writer}-${index}.`
        const answer = await owner
          .send('POST', owner.path(`/chats/${chat.id}/messages`), { json: { message, actor: 'user' } })
          // A request that the dying worker had taken.
          .catch(() => undefined)
        if (answer?.status === 200) acknowledged.push(message)
      }
    }
    const writers = Promise.all([0, 1, 2, 3].map(write))
    try {
      for (const victim of workerIds(server)) {
        const before = acknowledged.length
        await until(async () => acknowledged.length > before + 20)
        process.kill(victim, 'SIGKILL')
      }
      await until(async () => workerIds(server).length === 2 * workers)
      const before = acknowledged.length
      await until(async () => acknowledged.length > before + 20)
    } finally {
      load.isOn = false
      await writers
    }

    await server.kill()
    const again = await restartServer(server)
    try {
      const { text } = await createVisitor(again.url).readShare(share.uuid)
      assert.deepEqual(
        acknowledged.filter((message) => !text.includes(message)),
        [],
      )
    } finally {
      await again.stop()
    }
  } finally {
    await server.close()
  }
})

test('workers that cannot listen end with one sentence instead of trying for ever', async () => {
  const server = await startServer()
  try {
    const port = new URL(server.url).port
    await assert.rejects(
      startServer({ database: server.database, args: ['--workers', '2'], env: { PORT: port } }),
      /Cannot listen on 127\.0\.0\.1/,
    )
  } finally {
    await server.close()
  }
})
