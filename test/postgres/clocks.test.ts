import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createVisitor, logIn, signUp } from '../kit/client.ts'
import { startPostgres } from '../kit/postgres.ts'
import { startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

const postgres = await startPostgres()
after(() => postgres.remove())
const database = { url: postgres.url, rawContent: async () => '', remove: async () => undefined }

/** Node with a clock that is ahead. */
function ahead(days: number): Record<string, string> {
  const shift = `const now = Date.now; Date.now = () => now() + ${days} * 86400000`
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(shift)}` }
}

test('a server whose clock is eight days ahead ends no session, and tells of its clock', async () => {
  const right = await startServer({ database })
  const wrong = await startServer({ database, env: ahead(8) })
  try {
    const owner = await signUp(right.url)
    const share = await owner.share(await owner.createChat(), { password: 'open sesame' })
    const expiring = await owner.share(await owner.createChat(), {
      expires_at: new Date(Date.now() + 86_400_000).toISOString(),
    })
    const ready = () => createVisitor(wrong.url).get('/readyz')
    await until('it knows', async () => (await ready()).text.includes('seconds ahead of'))
    const there = { ...owner, url: wrong.url }
    const begunThere = await logIn(there)
    for (const url of [right.url, wrong.url]) {
      const visitor = createVisitor(url)
      visitor.cookies.set('neptun-session', owner.cookies.get('neptun-session') ?? '')
      assert.equal((await visitor.get(owner.path('/chats'))).status, 200, url)
      visitor.cookies.set('neptun-session', begunThere.cookies.get('neptun-session') ?? '')
      assert.equal((await visitor.get(owner.path('/chats'))).status, 200, url)
      assert.equal((await createVisitor(url).readShare(expiring.uuid)).status, 200, url)
    }
    // A wrong try there is one here, and in quarter of an hour it is forgotten.
    await createVisitor(wrong.url).readShare(share.uuid, 'wrong')
    const [tries] = await postgres.sql(
      `select count, expires_at < (extract(epoch from now()) + 1000) * 1000 as is_soon from try_counters
       where subject like 'share%'`,
    )
    assert.deepEqual(tries, { count: 1, is_soon: true })
    await until('it is logged', () => wrong.logs().some(({ check }) => check === 'clock'))
    assert.match((await createVisitor(wrong.url).get('/metrics')).text, /clock_ahead_seconds -69/)
    assert.match((await createVisitor(right.url).get('/readyz')).text, /"name":"clock","status":"ok"/)
  } finally {
    await right.stop()
    await wrong.stop()
  }
})
