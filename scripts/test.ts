import { globSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { run } from 'node:test'
import { spec, type TestEvent } from 'node:test/reporters'
import { inspect } from 'node:util'
import { startPostgres } from '../test/kit/postgres.ts'

const USAGE = `Usage: npm test [-- FILE...]

  Runs all tests, or those in FILE..., on SQLite, and those that use a database on PostgreSQL too: on one from npm,
  started for the tests and removed after, or on the one that TEST_DATABASE_URL names, where databases are created
  and dropped. The server and the command line are the built ones. Prints what FILE... print, else a line for each
  file and what failed in it.
`

const EVERYTHING = ['src/**/*.test.ts', 'web/**/*.test.ts', 'test/**/*.test.ts']
/** Promises that are kept on either database. What needs another one only once belongs into another folder. */
const ON_POSTGRES_TOO = [
  'src/{actions/sharing,reading,storage}/**/*.test.ts',
  'test/{contract,journeys,mail,process}/**/*.test.ts',
]
/** Of these, what no database has a part in: documents, headers, encodings, addresses, refused bodies and full logs. */
const WITHOUT_STORE = [
  'test/contract/{openapi,openapi-tools,compression,security-headers,cross-origin,this-machine}.test.ts',
  'test/contract/huge-bodies.test.ts',
  'test/process/full-log.test.ts',
]
/** What takes longest, so that nothing of it is left when all others are done. */
const FIRST = [
  'test/package/',
  'test/server/',
  'test/rendering/',
  'test/contract/tries',
  'test/cli/push',
  'test/fuzz/',
  'test/browser/',
]
/** More than there are processors: many wait for a time limit, a browser or a server. */
const AT_ONCE = 4
/** For a whole file; only what hangs takes as long, on the slowest machine. */
const TEN_MINUTES = 600_000
/** Without the end of any test: a file whose process doesn't end after its tests has no time limit of its own. */
const FIFTEEN_MINUTES = 900_000

type Counts = { passed: number; failed: number; skipped: number }

const asked = process.argv.slice(2)
if (asked.includes('--help')) {
  process.stdout.write(USAGE)
  process.exit(0)
}
const files = globSync(asked.length > 0 ? asked : EVERYTHING)
  .toSorted()
  .toSorted((a, b) => rank(a) - rank(b))
const onBoth = new Set(globSync(ON_POSTGRES_TOO, { exclude: WITHOUT_STORE }))
const onPostgres = files.filter((file) => onBoth.has(file))

const { TEST_DATABASE_URL: presentServer, ...environment } = process.env
const env = { ...environment, TEST_BUILD: 'dist', NODE_COMPILE_CACHE: 'test-results/compiled' }
const counts: Counts = { passed: 0, failed: 0, skipped: 0 }
/** What failed, once more for the end of a long log. */
const failures: string[] = []
await runFiles(files, 'SQLite', env)
if (onPostgres.length > 0) {
  const server = presentServer ? undefined : await startPostgres()
  const stop = (): void => void server?.remove().finally(() => process.exit(1))
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    await runFiles(onPostgres, 'PostgreSQL', { ...env, TEST_DATABASE_URL: server?.url ?? presentServer })
  } finally {
    await server?.remove()
  }
}
if (counts.skipped > 0) process.stdout.write(`${counts.skipped} skipped\n`)
process.stdout.write(`${failures.join('')}${counts.passed} passed, ${counts.failed} failed\n`)
if (counts.failed > 0 || counts.passed === 0) process.exitCode = 1

/** Runs files with Node's own test runner, prints what comes of them, and adds it up. */
async function runFiles(
  chosen: readonly string[],
  database: string,
  environmentOfTests: NodeJS.ProcessEnv,
): Promise<void> {
  process.stdout.write(`\nOn ${database}: ${chosen.length} files\n`)
  // Its children take the environment of this process.
  Object.assign(process.env, environmentOfTests)
  const hanging = new AbortController()
  const patience = setTimeout(() => {
    hanging.abort(new Error('No test has ended for fifteen minutes: something hangs.'))
  }, FIFTEEN_MINUTES)
  const events = run({
    files: [...chosen],
    concurrency: AT_ONCE,
    timeout: TEN_MINUTES,
    signal: hanging.signal,
  })
  events.on('test:complete', () => patience.refresh())
  events.on('test:summary', ({ file, counts: ofRun, success }) => {
    if (file !== undefined) return
    const failed = ofRun.tests - ofRun.passed - ofRun.skipped - ofRun.todo
    counts.passed += ofRun.passed
    counts.skipped += ofRun.skipped + ofRun.todo
    // A suite whose last hook fails has no failed test.
    counts.failed += success ? failed : Math.max(failed, 1)
  })
  const texts: AsyncIterable<string> = asked.length > 0 ? events.compose(spec()) : whatFailed(events)
  for await (const text of texts) process.stdout.write(text)
  clearTimeout(patience)
}

/** A line for each file, and before it what failed there, outside of its tests too, and what the file printed. */
async function* whatFailed(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const printed = new Map<string, string>()
  const print = (file: string, text: string): void => void printed.set(file, (printed.get(file) ?? '') + text)
  const whatWasPrinted = (file: string): string => {
    const text = printed.get(file) ?? ''
    printed.delete(file)
    return text
  }
  for await (const { type, data } of events) {
    if (type === 'test:stdout' || type === 'test:stderr') {
      print(resolve(data.file), data.message)
    } else if (type === 'test:diagnostic' && data.file !== undefined) {
      // Such as an error that nobody caught, after the test that caused it.
      print(resolve(data.file), `${data.message}\n`)
    } else if (type === 'test:fail') {
      const { name, file = '', line, details } = data
      const { error } = details
      // A file fails as a whole when it ends before its tests are told of, or when something fails outside of them.
      const isFile = resolve(name) === file
      if (!isFile && 'failureType' in error && error.failureType === 'subtestsFailed') continue
      const failure = `✖ ${relative('.', file)}${isFile ? '' : `:${line} ${name}`}\n`
      failures.push(failure)
      yield failure + (isFile ? whatWasPrinted(file) : '') + `${inspect(error.cause ?? error)}\n`
    } else if (type === 'test:summary' && data.file !== undefined) {
      const file = resolve(data.file)
      const { passed, tests } = data.counts
      if (!data.success) yield whatWasPrinted(file)
      const seconds = (data.duration_ms / 1000).toFixed(1)
      yield `${data.success ? '✔' : '✖'} ${relative('.', file)}: ${passed} of ${tests} passed, ${seconds} s\n`
    }
  }
}

/** The place of a file in what comes first; all others come after. */
function rank(file: string): number {
  const place = FIRST.findIndex((start) => file.startsWith(start))
  return place === -1 ? FIRST.length : place
}
