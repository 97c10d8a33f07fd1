import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type Answer, createVisitor, logIn, signUp } from '../kit/client.ts'
import { programFile } from '../kit/program-file.ts'
import { ending, restartServer, spawnProgram, startServer, type Server } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

const workers = 2

function workerIds(server: Server): number[] {
  return server.logs().flatMap(({ msg, worker }) => (msg === 'Starting a worker' ? [Number(worker)] : []))
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
    await until('all views are counted', async () => (await owner.findShare(share)).view_count === 20)
    assert.equal(workerIds(server).length, workers)
  } finally {
    const { code } = await server.stop()
    assert.equal(code, 0)
    await server.database.remove()
  }
  assert.equal(server.logs().filter(({ msg }) => msg === 'A worker stopped').length, workers)
})

test('workers that write at once lose nothing they acknowledged and refuse nothing, though each is killed once', async () => {
  const server = await startServer({ args: ['--workers', String(workers)] })
  try {
    const owner = await signUp(server.url)
    const chat = await owner.createChat([])
    const share = await owner.share(chat)
    const limited = await owner.share(await owner.createChat(), { max_views: 1_000_000 })
    const acknowledged: string[] = []
    const refused: Answer[] = []
    const load = { isOn: true, views: 0, broken: 0 }
    const keepOn = async (ask: (index: number) => Promise<Answer>, done: (index: number) => void) => {
      for (let index = 0; load.isOn; index++) {
        const answer = await ask(index).catch(() => undefined)
        // A request that the dying worker had taken.
        if (answer === undefined) load.broken += 1
        else if (answer.status === 200) done(index)
        else refused.push(answer)
      }
    }
    const write = (writer: number) => {
      const message = (index: number) => `message ${writer}-${index}.`
      return keepOn(
        (index) =>
          owner.send('POST', owner.path(`/chats/${chat.id}/messages`), {
            json: { message: message(index), actor: 'user' },
          }),
        (index) => acknowledged.push(message(index)),
      )
    }
    const read = () =>
      keepOn(
        () => createVisitor(server.url).readShare(limited.uuid),
        () => (load.views += 1),
      )
    const running = Promise.all([...[0, 1, 2, 3, 4, 5].map(write), read(), read()])
    try {
      for (const victim of workerIds(server)) {
        const before = acknowledged.length
        await until('messages are written', () => acknowledged.length > before + 20)
        process.kill(victim, 'SIGKILL')
      }
      await until('others take their place', () => workerIds(server).length === 2 * workers)
      const before = acknowledged.length
      await until('messages are written again', () => acknowledged.length > before + 20)
    } finally {
      load.isOn = false
      await running
    }
    assert.deepEqual(
      refused.map(({ request, status, text }) => `${request} ${status} ${text}`),
      [],
    )

    await server.kill()
    const again = await restartServer(server)
    try {
      const { text } = await createVisitor(again.url).readShare(share.uuid)
      assert.deepEqual(
        acknowledged.filter((message) => !text.includes(message)),
        [],
      )
      const { view_count: counted } = await (await logIn({ ...owner, url: again.url })).findShare(limited)
      assert.ok(counted >= load.views && counted <= load.views + load.broken, `${counted} views`)
    } finally {
      await again.stop()
    }
  } finally {
    await server.close()
  }
})

test('workers that all die at once are replaced on the port that the first ones were given', async () => {
  const server = await startServer({ args: ['--workers', String(workers)], env: { PORT: '0' } })
  try {
    for (const victim of workerIds(server)) process.kill(victim, 'SIGKILL')
    await until('others take their place', () => workerIds(server).length === 2 * workers)
    await until('they serve', () =>
      createVisitor(server.url)
        .get('/health')
        .then(
          ({ status }) => status === 200,
          () => false,
        ),
    )
  } finally {
    assert.equal((await server.stop()).code, 0)
    await server.database.remove()
  }
})

test('a worker that is frozen is ended and replaced, and that is counted', async () => {
  const server = await startServer({ args: ['--workers', String(workers)] })
  try {
    const [victim = 0] = workerIds(server)
    // Once it has been heard of.
    await until('both have told their metrics', async () => {
      const { text } = await createVisitor(server.url).get('/metrics')
      return text.includes('neptun_workers_replaced_total{cause="frozen"} 0')
    })
    await setTimeout(1500)
    process.kill(victim, 'SIGSTOP')
    await until('another takes its place', () => workerIds(server).length === workers + 1)
    const metrics = () =>
      createVisitor(server.url).send('GET', '/metrics', { headers: { connection: 'close' } })
    await until('it is counted', async () =>
      (await metrics()).text.includes('neptun_workers_replaced_total{cause="frozen"} 1'),
    )
  } finally {
    assert.equal((await server.stop()).code, 0)
    await server.database.remove()
  }
})

test('workers whose port is taken end with one sentence and a code instead of trying for ever', async () => {
  const server = await startServer()
  try {
    const env = { HOST: '127.0.0.1', PORT: new URL(server.url).port, DATABASE_URL: server.database.url }
    const second = spawnProgram(programFile('main'), ['--workers', '2'], env)
    assert.equal((await ending(second)).code, 1)
    assert.equal(second.readOutput().match(/Cannot listen on 127\.0\.0\.1/g)?.length, 1)
  } finally {
    await server.close()
  }
})

test('when no worker can start any more, the server says so and ends with a code', async () => {
  const server = await startServer({ args: ['--workers', String(workers)] })
  const { hostname, port } = new URL(server.url)
  const intruder = createServer()
  // Workers start again within a moment: the port is taken as soon as all of them are gone.
  intruder.on('error', () => globalThis.setTimeout(takePort, 10))
  const takePort = () => intruder.listen(Number(port), hostname)
  try {
    for (const victim of workerIds(server)) process.kill(victim, 'SIGKILL')
    takePort()
    await until('the port is taken', () => intruder.listening)
    assert.equal((await server.ended).code, 1)
    assert.match(server.output(), /No worker serves any more/)
  } finally {
    intruder.close()
    await server.close()
  }
})
