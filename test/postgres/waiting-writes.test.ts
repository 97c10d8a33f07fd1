import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createVisitor, signUp } from '../kit/client.ts'
import { startPostgres } from '../kit/postgres.ts'
import { startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

const postgres = await startPostgres()
const database = {
  url: `${postgres.url}?statement_timeout=1000&connect_timeout=1&pool_size=5`,
  rawContent: async () => '',
  remove: postgres.remove,
}
const server = await startServer({ database, env: { UNVERIFIED_EMAILS: 'trust' } })
after(() => server.close())
const owner = await signUp(server.url)
const ready = () => createVisitor(server.url).get('/readyz')

async function setStandbys(names: string): Promise<void> {
  await postgres.sql(`alter system set synchronous_standby_names = '${names}'`)
  await postgres.sql('select pg_reload_conf()')
}

test('while the standby of a synchronous pair is gone, reads go on, readiness says that writes wait, and all recovers', async () => {
  const open = await owner.share(await owner.createChat())
  const locked = await owner.share(await owner.createChat(), { password: 'open sesame' })
  const chat = await owner.createChat()
  const write = (name: string) => owner.send('PATCH', owner.path(`/chats/${chat.id}`), { json: { name } })
  const load = { isOn: true }
  const writers: Promise<number[]>[] = []
  await setStandbys('nobody')
  try {
    await until('writes wait', async () => {
      const { status } = await write('waits')
      return status === 503
    })
    // Many more than there are connections.
    for (let writer = 0; writer < 20; writer++) {
      writers.push(
        (async () => {
          const statuses: number[] = []
          while (load.isOn) statuses.push((await write(`${writer}`)).status)
          return statuses
        })(),
      )
    }
    await until('readiness says so', async () => (await ready()).text.includes('Writes wait'))
    assert.match((await ready()).text, /"name":"writes","status":"warning"/)
    assert.equal((await ready()).status, 200)
    for (let count = 0; count < 40; count++) {
      const visitor = createVisitor(server.url)
      const answers = await Promise.all([
        visitor.readShare(open.uuid),
        visitor.readShare(locked.uuid, 'open sesame'),
        visitor.get(`/shared/chats/${open.uuid}`),
        owner.get(owner.path('/chats')),
        owner.get(owner.path('/shares')),
        visitor.get('/health'),
      ])
      for (const { request, status, text } of answers) assert.equal(status, 200, `${request} ${text}`)
    }
    const [row] = await postgres.sql(
      `select count(*)::integer as connections from pg_stat_activity where application_name = 'neptun-share'`,
    )
    assert.ok(Number(row?.['connections']) <= 5, 'commits that hang are not made up for by more connections')
    load.isOn = false
    const statuses = (await Promise.all(writers)).flat()
    assert.deepEqual([...new Set(statuses)], [503])
  } finally {
    load.isOn = false
    await setStandbys('')
  }
  await until('writes go on', async () => (await write('goes on')).status === 200)
  await until('readiness says so', async () => (await ready()).text.includes('"status":"ready"'))
  const { text } = await owner.get('/metrics')
  assert.match(text, /neptun_store_pool_connections\{pool="write"\} \d/)
})

test('a change waits for a lock for a while, then is a 503, and nobody else waits', async () => {
  const chat = await owner.createChat()
  const share = await owner.share(chat)
  const { Client } = await import('pg')
  const other = new Client({ connectionString: postgres.url })
  await other.connect()
  try {
    await other.query('begin')
    await other.query('select 1 from chats where id = $1 for update', [chat.id])
    const waiting = Array.from({ length: 10 }, () =>
      owner.send('PATCH', owner.path(`/chats/${chat.id}`), { json: { name: 'Locked' } }),
    )
    for (let count = 0; count < 20; count++) {
      assert.equal((await createVisitor(server.url).readShare(share.uuid)).status, 200)
    }
    for (const { status } of await Promise.all(waiting)) assert.equal(status, 503)
  } finally {
    await other.query('rollback')
    await other.end()
  }
  assert.equal(
    (await owner.send('PATCH', owner.path(`/chats/${chat.id}`), { json: { name: 'Free' } })).status,
    200,
  )
})
