import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { ConfigError, readConfig } from '../../src/start/config.ts'
import { createTestDatabase } from '../kit/database.ts'
import { programFile } from '../kit/program-file.ts'
import { ending, spawnProgram, startServer, type Server } from '../kit/start-server.ts'

const database = await createTestDatabase()
after(() => database.remove())

/** Starts the server, expects that it ends by itself, and returns all it printed. */
async function failedStart(env: Readonly<Record<string, string>>): Promise<string> {
  const child = spawnProgram(programFile('main'), [], {
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: database.url,
    ...env,
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), 40_000)
  const { code, signal } = await ending(child)
  clearTimeout(timer)
  const output = child.readOutput()
  assert.equal(signal, null, `the server went on: ${output}`)
  assert.notEqual(code, 0, output)
  assert.doesNotMatch(output, /Listening on/)
  return output
}

/** What a start would say, after a line of its own. */
function whatIsSaid(env: Readonly<Record<string, string>>): string {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return `\n${error.message}`
    throw error
  }
  return ''
}

describe('a start is refused with a sentence for each variable that is wrong', () => {
  const wrong = {
    PORT: ['banana', '-1', '65536', '3000.5', '1e3', '0x10'],
    DATABASE_URL: ['mysql://localhost/neptun', 'banana', 'http://example.org/x.db', 'file:'],
    PUBLIC_URL: ['banana', 'ftp://example.org', 'example.org', 'https://', 'javascript:alert(1)'],
    TRUST_PROXY: ['banana', '-1', '10.0.0.0/99', '300.1.1.1', '1,banana'],
    SIGN_UP: ['maybe', 'OPENED', 'true'],
    UNVERIFIED_EMAILS: ['maybe', 'yes', 'true'],
    SESSION_DAYS: ['0', '-1', 'banana', '1.5x', 'Infinity'],
    LOG_LEVEL: ['loud', '99'],
  }
  // The first value of each variable together, then the second: each is told of by its name and what it was.
  for (let round = 0; round < Math.max(...Object.values(wrong).map(({ length }) => length)); round++) {
    const env = Object.fromEntries(
      Object.entries(wrong).flatMap(([name, values]) => values.slice(round, round + 1).map((v) => [name, v])),
    )
    test(JSON.stringify(env), async () => {
      // All are told in the same way.
      const output = round === 0 ? await failedStart(env) : whatIsSaid(env)
      for (const [name, value] of Object.entries(env)) {
        assert.ok(output.includes(`\n${name} is ${JSON.stringify(value)}, but should be `), output)
      }
      assert.doesNotMatch(output, /\n\s+at |node:internal/, 'a stack is no sentence')
    })
  }
})

describe('the password in the URL of a database is not printed', () => {
  for (const [what, url] of Object.entries({
    'when the URL is wrong': 'postgres://neptun:hunter2@127.0.0.1:banana/neptun',
    'when an option is unknown': 'postgres://neptun:hunter2@127.0.0.1/neptun?banana=1',
    'when nobody is there': 'postgres://neptun:hunter2@127.0.0.1:1/neptun',
  })) {
    test(what, async () => {
      const output = await failedStart({ DATABASE_URL: url })
      assert.match(output, /DATABASE_URL|database could not be opened/)
      assert.doesNotMatch(output, /hunter2/)
    })
  }
})

describe('a start is refused', () => {
  test('where the port is taken', async () => {
    const server: Server = await startServer()
    try {
      const { port } = new URL(server.url)
      assert.match(await failedStart({ PORT: port }), new RegExp(`Cannot listen on 127\\.0\\.0\\.1:${port}`))
    } finally {
      await server.close()
    }
  })

  test('where the database can’t be created', async () => {
    const file = new URL('../../package.json', import.meta.url).pathname
    assert.match(
      await failedStart({ DATABASE_URL: `file:${file}/neptun.db` }),
      /The database could not be opened/,
    )
  })

  test('where the database is something else, which stays as it is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'neptun-no-database-'))
    const file = join(folder, 'letter.txt')
    writeFileSync(file, 'Dear Ada,\n', { mode: 0o644 })
    assert.match(await failedStart({ DATABASE_URL: `file:${file}` }), /The database could not be opened/)
    assert.equal(readFileSync(file, 'utf8'), 'Dear Ada,\n')
    assert.equal(statSync(file).mode & 0o777, 0o644)
    rmSync(folder, { recursive: true })
  })
})

describe('good values', () => {
  const good: Record<string, string>[] = [
    {
      PORT: '0',
      PUBLIC_URL: 'https://share.example.org',
      SESSION_DAYS: '30',
      LOG_LEVEL: 'info',
      TRUST_PROXY: '2',
      SIGN_UP: 'open',
      UNVERIFIED_EMAILS: 'refuse',
    },
    { TRUST_PROXY: '10.0.0.0/8,127.0.0.1,::1', METRICS_TOKEN: 'a-long-metrics-token' },
  ]
  for (const env of good) {
    test(`${JSON.stringify(env)} are accepted`, async () => {
      const server = await startServer({ env })
      await server.close()
    })
  }

  test('that are empty count as not set', async () => {
    const env = {
      PUBLIC_URL: '',
      TRUST_PROXY: '',
      SIGN_UP: '',
      UNVERIFIED_EMAILS: '',
      METRICS_TOKEN: '',
      SESSION_DAYS: '',
    }
    const server = await startServer({ env })
    await server.close()
  })
})
