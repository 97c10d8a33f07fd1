import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readDatabaseUrl } from '../../src/start/config.ts'
import { openConfiguredStore } from '../../src/start/open-context.ts'
import type { Store } from '../../src/storage/store.ts'
import { startPostgres } from '../kit/postgres.ts'

/** Certificates for tests alone: `server.pem` is `localhost`'s, signed by `ca.pem`; all are valid for a century. */
const pem = (name: string) => fileURLToPath(new URL(`../fixtures/tls/${name}.pem`, import.meta.url))
const ours = pem('ca')
const theirs = pem('other-ca')

const postgres = await startPostgres({ tls: { certificate: pem('server'), key: pem('server-key') } })
after(() => postgres.remove())
const { port } = new URL(postgres.url)

function open(host: string, parameters: Readonly<Record<string, string>>): Promise<Store> {
  const query = new URLSearchParams({ ...parameters, connect_timeout: '5' }).toString()
  const database = readDatabaseUrl(`postgres://neptun@${host}:${port}/postgres?${query}`)
  assert.ok(database)
  return openConfiguredStore(database)
}

async function encryptedConnections(): Promise<number> {
  const [row] = await postgres.sql(
    `select count(*)::int as count from pg_stat_ssl join pg_stat_activity using (pid)
     where ssl and application_name = 'neptun-share'`,
  )
  return Number(row?.['count'])
}

for (const { sentence, host, parameters, isEncrypted } of [
  {
    sentence: 'disable speaks in the clear',
    host: '127.0.0.1',
    parameters: { sslmode: 'disable' },
    isEncrypted: false,
  },
  {
    sentence: 'require encrypts, whoever the server is',
    host: '127.0.0.1',
    parameters: { sslmode: 'require' },
    isEncrypted: true,
  },
  {
    sentence: 'verify-ca encrypts to a server whose certificate we trust, whatever its name',
    host: '127.0.0.1',
    parameters: { sslmode: 'verify-ca', sslrootcert: ours },
    isEncrypted: true,
  },
  {
    sentence: 'verify-full encrypts to the server of that name',
    host: 'localhost',
    parameters: { sslmode: 'verify-full', sslrootcert: ours },
    isEncrypted: true,
  },
]) {
  test(`sslmode=${sentence}`, async () => {
    const store = await open(host, parameters)
    try {
      await store.ping()
      assert.equal((await encryptedConnections()) > 0, isEncrypted)
    } finally {
      await store.close()
    }
  })
}

for (const { sentence, host, parameters, reason } of [
  {
    sentence: 'verify-full refuses a server of another name',
    host: '127.0.0.1',
    parameters: { sslmode: 'verify-full', sslrootcert: ours },
    reason: /can't be reached: .*127\.0\.0\.1/,
  },
  {
    sentence: 'verify-full refuses a certificate that another authority signed',
    host: 'localhost',
    parameters: { sslmode: 'verify-full', sslrootcert: theirs },
    reason: /can't be reached: .* not signed by .* sslrootcert/,
  },
  {
    sentence: 'verify-ca refuses a certificate that another authority signed',
    host: '127.0.0.1',
    parameters: { sslmode: 'verify-ca', sslrootcert: theirs },
    reason: /can't be reached: .* not signed by .* sslrootcert/,
  },
  {
    sentence: 'verify-ca refuses a certificate that nobody known signed',
    host: '127.0.0.1',
    parameters: { sslmode: 'verify-ca' },
    reason: /can't be reached: .* not signed by .* sslrootcert/,
  },
  {
    sentence: 'require checks who signed once it is told whom to trust',
    host: '127.0.0.1',
    parameters: { sslmode: 'require', sslrootcert: theirs },
    reason: /can't be reached: .* not signed by .* sslrootcert/,
  },
  {
    sentence: 'verify-full says which file it cannot read',
    host: 'localhost',
    parameters: { sslmode: 'verify-full', sslrootcert: '/nowhere/ca.pem' },
    reason: /\/nowhere\/ca\.pem/,
  },
]) {
  test(`sslmode=${sentence}`, async () => {
    await assert.rejects(open(host, parameters), reason)
  })
}
