import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createVisitor, elsewhere, signUp } from '../kit/client.ts'
import { startPostgres } from '../kit/postgres.ts'
import { startServer } from '../kit/start-server.ts'
import { readMarked, shareMarked } from '../kit/told-apart.ts'
import { until } from '../kit/until.ts'

const postgres = await startPostgres()
const database = { url: postgres.url, rawContent: async () => '', remove: postgres.remove }
const servers = [await startServer({ database }), await startServer({ database })]
after(async () => {
  for (const server of servers) await server.stop()
  await postgres.remove()
})
const urls = servers.map(({ url }) => url)
const [url = ''] = urls

test('servers left running over a failover that lost commits show nobody what was lost, nor anyone another text', async () => {
  const owner = await signUp(url)
  const kept = await shareMarked(owner, 10)
  await readMarked(urls, kept, 60)
  await postgres.stop()
  await postgres.keepData()
  await postgres.start()
  const isBack = async () => (await createVisitor(url).get('/readyz')).text.includes('"status":"ready"')
  await until('the store is back', isBack)

  const ids = async () => postgres.sql('select max(id) as id from chats')
  const lost = await shareMarked(elsewhere(owner, url), 20)
  assert.deepEqual(Object.keys(await readMarked(urls, lost, 120)), ['200'])
  const before = await ids()

  await postgres.stop()
  await postgres.putDataBack()
  await postgres.start()
  await until('the store is back', isBack)
  const stranger = await signUp(url)
  const again = await shareMarked(stranger, 20)
  assert.deepEqual(await ids(), before, 'the ids of what was lost come again')

  const statuses = await readMarked(urls, new Map([...kept, ...again, ...lost]))
  assert.deepEqual(Object.keys(statuses), ['200', '404'])
  assert.deepEqual(Object.keys(await readMarked(urls, new Map([...kept, ...again]), 200)), ['200'])
})
