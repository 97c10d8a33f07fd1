import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { type Config, ConfigError, readConfig } from './config.ts'

describe('the configuration', () => {
  it('needs nothing to be set, and serves this machine alone', () => {
    const config = readConfig({})
    assert.equal(config.host, '127.0.0.1')
    assert.equal(config.port, 3000)
    assert.deepEqual(config.database, { dialect: 'sqlite', path: './data/neptun.db', gathersReads: true })
    assert.equal(config.serverIsLoopback, true)
    assert.equal(config.trustProxy, false)
    assert.equal(config.unverifiedEmails, 'refuse')
  })

  it('takes an empty value as unset', () => {
    assert.equal(readConfig({ PORT: '', PUBLIC_URL: ' ' }).port, 3000)
  })

  it('names every wrong setting in a sentence', () => {
    const wrong = {
      PORT: '70000',
      PUBLIC_URL: 'share.example.com',
      TRUST_PROXY: 'all',
      CORS_ORIGINS: 'https://app.example.com, *',
      SIGN_UP: 'yes',
      SESSION_DAYS: '0',
      LOG_LEVEL: 'loud',
      UNVERIFIED_EMAILS: 'maybe',
      DATABASE_URL: 'mysql://x',
      HOST: 'a b',
    }
    assert.throws(
      () => readConfig(wrong),
      (error: unknown) => {
        assert.ok(error instanceof ConfigError)
        for (const name of Object.keys(wrong)) assert.match(error.message, new RegExp(`^${name} is `, 'm'))
        return true
      },
    )
  })

  it('never shows a secret that is wrong', () => {
    assert.throws(
      () => readConfig({ METRICS_TOKEN: 'short-one', DATABASE_URL: 'mysql://user:pass-word@host/db' }),
      (error: unknown) => error instanceof ConfigError && !/short-one|pass-word/.test(error.message),
    )
  })

  it('knows that a public URL makes the server one for others, unless it is of this machine', () => {
    for (const host of ['localhost', '127.0.0.1', '[::1]']) {
      assert.equal(readConfig({ PUBLIC_URL: `http://${host}:3000` }).serverIsLoopback, true, host)
    }
    for (const host of [
      'share.example.com',
      'localhost.example.org',
      '127.0.0.1.example.org',
      '127.example.org',
    ]) {
      assert.equal(readConfig({ PUBLIC_URL: `https://${host}/` }).serverIsLoopback, false, host)
    }
    assert.equal(readConfig({ HOST: '0.0.0.0' }).serverIsLoopback, false)
    assert.equal(readConfig({ HOST: '0.0.0.0', PUBLIC_URL: 'http://localhost:3000' }).serverIsLoopback, false)
    assert.equal(readConfig({ HOST: '::1' }).serverIsLoopback, true)
  })

  it('takes proxies as a number or as networks', () => {
    assert.equal(readConfig({ TRUST_PROXY: '2' }).trustProxy, 2)
    assert.deepEqual(readConfig({ TRUST_PROXY: '10.0.0.0/8, ::1' }).trustProxy, ['10.0.0.0/8', '::1'])
  })

  it('takes several hosts of one PostgreSQL, each with its port', () => {
    assert.deepEqual(hostsOf('postgres://me:a%40b@db1:5433,[::1],10.0.0.2:1/chats?pool_size=3'), [
      { host: 'db1', port: 5433 },
      { host: '::1', port: 5432 },
      { host: '10.0.0.2', port: 1 },
    ])
    assert.deepEqual(hostsOf('postgres:///chats?host=/run/postgresql'), [
      { host: '/run/postgresql', port: 5432 },
    ])
    for (const wrong of ['db1:x,db2', 'db1,db2:99999', 'a b,c']) {
      assert.throws(() => hostsOf(`postgres://${wrong}/chats`), ConfigError, wrong)
    }
  })

  it('takes how to talk to PostgreSQL from its URL, and refuses what it would ignore', () => {
    assert.partialDeepStrictEqual(at('').database, {
      hosts: [{ host: 'db.example.com', port: 5432 }],
      database: 'chats',
      namesStatements: true,
    })
    const query =
      '?pool_size=3&statement_timeout=0&connect_timeout=9&named_statements=off&sslmode=verify-full'
    assert.partialDeepStrictEqual(at(query).database, {
      poolSize: 3,
      statementTimeoutMs: 0,
      connectTimeoutMs: 9000,
      namesStatements: false,
      tls: { mode: 'verify-full' },
    })
    for (const wrong of ['?pool_size=0', '?named_statements=no', '?sslmode=prefer', '?pgbouncer=true']) {
      assert.throws(() => at(wrong), ConfigError, wrong)
    }
  })

  it('knows its provider by its address and its name for us, and keeps its secret out of what it says', () => {
    const oidc = { OIDC_ISSUER: 'https://id.example.com/realm', OIDC_CLIENT_ID: 'neptun' }
    assert.equal(readConfig({}).oidc, undefined)
    assert.deepEqual(readConfig(oidc).oidc, {
      issuer: 'https://id.example.com/realm',
      clientId: 'neptun',
      clientSecret: undefined,
      name: 'single sign-on',
    })
    assert.equal(
      readConfig({ ...oidc, OIDC_ISSUER: 'http://localhost:8080' }).oidc?.issuer,
      'http://localhost:8080',
    )
    const wrong: Record<string, string>[] = [
      { OIDC_ISSUER: 'https://id.example.com' },
      { OIDC_CLIENT_ID: 'neptun' },
      { OIDC_CLIENT_SECRET: 'a-secret' },
      { ...oidc, OIDC_ISSUER: 'http://id.example.com' },
      { ...oidc, OIDC_ISSUER: 'id.example.com' },
      { ...oidc, OIDC_CLIENT_SECRET: 'a-secret', OIDC_CLIENT_SECRET_FILE: '/nowhere' },
      { ...oidc, OIDC_CLIENT_SECRET_FILE: '/nowhere' },
      { SIGN_UP: 'oidc' },
      { PASSWORD_SIGN_IN: 'off' },
      { ...oidc, PASSWORD_SIGN_IN: 'no' },
      { PASSWORD_SIGN_IN: 'off', SMTP_URL: 'smtp://mail.example.com' },
    ]
    // Mail alone will do: people sign in by codes.
    const mail = { SMTP_URL: 'smtp://mail.example.com', MAIL_FROM: 'share@example.com' }
    assert.equal(readConfig({ ...mail, PASSWORD_SIGN_IN: 'off' }).passwordSignIn, false)
    for (const environment of wrong) {
      assert.throws(
        () => readConfig(environment),
        (error: unknown) => error instanceof ConfigError && !/a-secret/.test(error.message),
        JSON.stringify(environment),
      )
    }
  })

  it('reads the secret of the provider from a file', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'neptun-share-config-'))
    t.after(() => rm(folder, { recursive: true }))
    const file = join(folder, 'secret')
    await writeFile(file, 'from a file\n')
    const oidc = {
      OIDC_ISSUER: 'https://id.example.com',
      OIDC_CLIENT_ID: 'neptun',
      OIDC_CLIENT_SECRET_FILE: file,
    }
    assert.equal(readConfig(oidc).oidc?.clientSecret, 'from a file')
  })
})

function at(query: string): Config {
  return readConfig({ DATABASE_URL: `postgres://me@db.example.com/chats${query}` })
}

function hostsOf(url: string): unknown {
  const { database } = readConfig({ DATABASE_URL: url })
  return database.dialect === 'postgres' ? database.hosts : undefined
}
