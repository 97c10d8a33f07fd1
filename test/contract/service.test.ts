import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { after, describe, test, type TestContext } from 'node:test'
import { createVisitor, expectOk, signUp } from '../kit/client.ts'
import { recordAt } from '../kit/json.ts'
import { expectNotFound } from '../kit/refusals.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

const server = await startServer({ env: { METRICS_TOKEN: 'a-long-metrics-token' } })
const tokenless = await startServer()
const exposed = await startServer({ env: { TRUST_PROXY: '1', METRICS_TOKEN: 'a-long-metrics-token' } })
after(() => Promise.all([server.close(), tokenless.close(), exposed.close()]))

const anyone = createVisitor(server.url)

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** How often opening a share has come to each outcome. */
async function outcomes(): Promise<Map<string, number>> {
  const { text } = await anyone.get('/metrics')
  const lines = text.matchAll(/^\w+\{[^}]*"(shown|asked|refused|inactive|limited)"[^}]*\} (\d+)/gm)
  return new Map([...lines].map((line) => [line[1] ?? '', Number(line[2])]))
}

describe('/health', () => {
  test('tells that the server is healthy, since when, and what time it is', async () => {
    const first = expectOk(await anyone.get('/health'), shapes.health)
    assert.ok(Math.abs(Date.parse(first.timestamp) - Date.now()) < 60_000)
    const uptime = async () => expectOk(await anyone.get('/health'), shapes.health).uptime
    await until('the uptime grows', async () => (await uptime()) > first.uptime)
  })
})

describe('/livez and /readyz', () => {
  test('tell that the process lives, and that requests may be sent here', async () => {
    assert.deepEqual(expectOk(await anyone.get('/livez'), shapes.liveness), { status: 'live' })
    const { status, checks } = expectOk(await anyone.get('/readyz'), shapes.readiness)
    assert.equal(status, 'ready')
    assert.deepEqual(
      checks.find(({ name }) => name === 'store'),
      { name: 'store', status: 'ok' },
    )
  })

  test('tell of a proxy that TRUST_PROXY doesn’t name, from its first request on: once in the log, and in metrics', async () => {
    const unaware = await startServer()
    try {
      const visitor = createVisitor(unaware.url)
      const proxy = async () => {
        const { status, checks } = expectOk(await visitor.get('/readyz'), shapes.readiness)
        assert.equal(status, 'ready')
        return checks.find(({ name }) => name === 'proxy')
      }
      const warnings = () => unaware.logs().filter(({ msg }) => String(msg).includes('TRUST_PROXY'))
      assert.deepEqual(await proxy(), { name: 'proxy', status: 'ok' })
      assert.match((await visitor.get('/metrics')).text, /^neptun_unknown_proxy 0$/m)
      for (const name of ['x-forwarded-for', 'cf-connecting-ip', 'forwarded']) {
        await visitor.get('/sign-in', { [name]: '203.0.113.5' })
      }
      const told = await proxy()
      assert.equal(told?.status, 'warning')
      assert.match(told?.message ?? '', /TRUST_PROXY/)
      assert.match((await visitor.get('/metrics')).text, /^neptun_unknown_proxy 1$/m)
      await until('the warning is written', () => warnings().length > 0)
      assert.deepEqual(
        warnings().map(({ level, header }) => [level, header]),
        [['warn', 'x-forwarded*']],
      )
    } finally {
      await unaware.close()
    }
  })

  test('say nothing of proxies that TRUST_PROXY names', async () => {
    const visitor = createVisitor(exposed.url, { 'x-forwarded-for': '203.0.113.5' })
    const { checks } = expectOk(await visitor.get('/readyz'), shapes.readiness)
    assert.deepEqual(
      checks.find(({ name }) => name === 'proxy'),
      { name: 'proxy', status: 'ok' },
    )
  })
})

describe('X-Request-Id', () => {
  test('of a proxy is returned and logged, so that a request is found in both logs', async () => {
    const id = 'lb-7f3a.2@edge=1/9+x:y'
    const answer = await anyone.get('/livez', { 'x-request-id': id })
    assert.equal(answer.headers.get('x-request-id'), id)
    await until('it is logged', () => server.logs().some((line) => line['id'] === id))
  })

  test('is neither where it could forge a line of a log', async () => {
    for (const id of ['', 'a b', '"},{"level":"fatal', 'x'.repeat(129), 'é', '<script>']) {
      const answer = await anyone.get('/livez', { 'x-request-id': id })
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('x-request-id'), null, id)
    }
    assert.equal((await anyone.get('/livez')).headers.get('x-request-id'), null)
  })
})

describe('the version', () => {
  test('is the same everywhere: that of package.json', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    assert.equal(expectOk(await anyone.get('/health'), shapes.health).version, version)
    const document = (await anyone.get('/openapi.json')).json()
    assert.equal(recordAt(document, 'info')?.['version'], version)
    const { text } = await anyone.get('/metrics')
    assert.ok(text.includes(`neptun_build_info{version="${version}",node="`), text)
  })
})

describe('/docs', () => {
  test('is a page with a strict policy, that loads everything from this server', async () => {
    const answer = await anyone.get('/docs')
    assert.equal(answer.status, 200)
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html/)
    assert.doesNotMatch(answer.text, /(src|href)="(https?:)?\/\//)
    const policy = answer.headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/)
    assert.doesNotMatch(policy, /unsafe/)
    for (const [, file = ''] of answer.text.matchAll(/(?:src|href)="(\/page-assets[^"]+)"/g))
      assert.equal((await anyone.get(file)).status, 200, file)
  })

  test('has each operation and schema of the OpenAPI document, and no link into nothing', async () => {
    const { text } = await anyone.get('/docs')
    const document = (await anyone.get('/openapi.json')).json()
    const ids = new Set(Array.from(text.matchAll(/ id="([^"]+)"/g), ([, id]) => id))
    const operations = Object.values(recordAt(document, 'paths') ?? {}).flatMap((path) =>
      Object.values(path as Record<string, { readonly operationId: string }>),
    )
    assert.ok(operations.length > 50)
    for (const { operationId } of operations) assert.ok(ids.has(`operation-${operationId}`), operationId)
    for (const name of Object.keys(recordAt(recordAt(document, 'components'), 'schemas') ?? {}))
      assert.ok(ids.has(`schema-${name}`), name)
    for (const [, id] of text.matchAll(/href="#([^"]+)"/g)) assert.ok(ids.has(id), id)
  })
})

describe('/metrics', () => {
  test('is as Prometheus wants it', (t) => promtoolLikes(t, server.url))

  test('is there for this machine, with or without a token set', async () => {
    for (const { url } of [server, tokenless]) {
      const answer = await createVisitor(url).get('/metrics')
      assert.equal(answer.status, 200)
      assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/)
      assert.match(answer.text, /^# TYPE \w+/m)
    }
  })

  test('is not there for requests that a proxy has passed on, and looks like any unknown route', async () => {
    for (const headers of [{ 'x-forwarded-for': '127.0.0.1' }, { forwarded: 'for=127.0.0.1' }]) {
      for (const { url } of [server, tokenless, exposed]) {
        const visitor = createVisitor(url, headers)
        const answer = await visitor.get('/metrics')
        expectNotFound(answer, 'Route not found')
        assert.equal(answer.text, (await visitor.get('/nowhere')).text)
      }
    }
  })

  test('is there for who has the token, from wherever', async () => {
    const visitor = createVisitor(exposed.url, { 'x-forwarded-for': '203.0.113.5' })
    assert.equal((await visitor.get('/metrics', bearer('a-long-metrics-token'))).status, 200)
    for (const token of ['wrong', '', 'a-long-metrics-toke', 'a-long-metrics-token2', 'undefined']) {
      expectNotFound(await visitor.get('/metrics', bearer(token)), 'Route not found')
    }
    const basic = { authorization: `Basic ${btoa(':a-long-metrics-token')}` }
    expectNotFound(await visitor.get('/metrics', basic), 'Route not found')
  })

  test('knows no empty token where none is set', async () => {
    const visitor = createVisitor(tokenless.url, { 'x-forwarded-for': '203.0.113.5' })
    for (const token of ['', 'undefined', 'null']) {
      expectNotFound(await visitor.get('/metrics', bearer(token)), 'Route not found')
    }
  })

  test('counts what became of those who opened shares', async () => {
    const owner = await signUp(server.url)
    const open = await owner.share(await owner.createChat())
    const locked = await owner.share(await owner.createChat(), { password: 'sesame' })
    const paused = await owner.share(await owner.createChat(), { is_shared: false })
    const listed = await owner.share(await owner.createChat(), { emails: ['a@example.org'] })
    const before = await outcomes()
    await anyone.readShare(open.uuid)
    await anyone.readShare(locked.uuid)
    await anyone.readShare(paused.uuid)
    const other = await signUp(server.url)
    await other.readShare(listed.uuid)
    for (let i = 0; i < 11; i++) await anyone.readShare(locked.uuid, 'wrong')
    const after = await outcomes()
    const added = [...after].map(([outcome, count]) => [outcome, count - (before.get(outcome) ?? 0)])
    assert.deepEqual(Object.fromEntries(added), { shown: 1, asked: 11, inactive: 1, refused: 1, limited: 1 })
  })

  test('names no share, user or address', async () => {
    const owner = await signUp(server.url)
    const share = await owner.share(await owner.createChat())
    await anyone.readShare(share.uuid)
    await owner.get(owner.path('/chats'))
    const { text } = await anyone.get('/metrics')
    assert.match(text, /route="\/api\/shared\/chats\/:uuid"/)
    assert.match(text, /route="\/api\/users\/:user_id\/chats"/)
    assert.doesNotMatch(text, /[0-9a-f]{8}-[0-9a-f]{4}-/)
    assert.doesNotMatch(text, /@example|127\.0\.0\.1/)
    assert.doesNotMatch(text, /\/api\/users\/\d/)
  })
})

async function promtoolLikes(t: TestContext, url: string): Promise<void> {
  const { text } = await createVisitor(url).get('/metrics')
  const { error, status, stderr, stdout } = spawnSync('promtool', ['check', 'metrics'], { input: text })
  if (error) return t.skip('promtool is not installed')
  assert.equal(status, 0, `${String(stdout)}${String(stderr)}`)
}
