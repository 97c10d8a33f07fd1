import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createVisitor, signUp } from '../kit/client.ts'
import { startPostgres } from '../kit/postgres.ts'
import { programFile } from '../kit/program-file.ts'
import { ending, spawnProgram, startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

const [first, second] = await Promise.all([startPostgres(), startPostgres()])
after(async () => {
  await Promise.all([first.remove(), second.remove()])
})
const hostOf = (url: string) => new URL(url).host
const both = `postgres://neptun@${hostOf(first.url)},${hostOf(second.url)}/postgres?connect_timeout=2`

test('a standby is not served from: the server says so and ends', async () => {
  await first.stop()
  await first.makeStandby(true)
  await first.start()
  const server = spawnProgram(programFile('main'), [], { PORT: '0', DATABASE_URL: first.url })
  assert.equal((await ending(server)).code, 1)
  assert.match(server.readOutput(), /It is a standby/)
})

test('of several hosts the first that takes writes is used, and another one after a failover', async () => {
  const database = { url: both, rawContent: async () => '', remove: async () => undefined }
  const server = await startServer({ database })
  try {
    const owner = await signUp(server.url)
    const share = await owner.share(await owner.createChat())
    assert.equal((await second.sql('select 1 from users')).length, 1)

    // The other one takes over, with what it has: an account with the same session, and nothing else.
    await first.sql('select pg_promote()')
    await until('it takes writes', async () => {
      const [row] = await first.sql('select pg_is_in_recovery() as is_standby')
      return row?.['is_standby'] === false
    })
    const prepared = await startServer({
      database: { ...database, url: first.url },
    })
    await prepared.stop()
    await second.kill()
    await until('it goes on', async () => (await createVisitor(server.url).get('/health')).status === 200)
    assert.equal((await createVisitor(server.url).readShare(share.uuid)).status, 404)
    await signUp(server.url)
    assert.equal((await first.sql('select 1 from users')).length, 1)

    // The old one comes back as a standby, and nobody asks it.
    await second.makeStandby(true)
    await second.start()
    await first.stop()
    await until('nobody takes writes', async () => {
      return (await createVisitor(server.url).get('/health')).status === 503
    })
    assert.equal((await createVisitor(server.url).readShare(share.uuid)).status, 503)
    await first.makeStandby(false)
    await first.start()
    await until('it goes on', async () => (await createVisitor(server.url).get('/health')).status === 200)
  } finally {
    await server.stop()
  }
})
