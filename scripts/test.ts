import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { startPostgres } from '../test/kit/postgres.ts'

const USAGE = `Usage: npm test [-- FILE...]

  Runs all tests, or those in FILE..., on SQLite, and those that use a database on PostgreSQL too: on one from npm,
  started for the tests and removed after, or on the one that TEST_DATABASE_URL names, where databases are created
  and dropped. The server and the command line are the built ones. Prints what FILE... print, else what files print
  in which something failed.
`

const EVERYTHING = ['src/**/*.test.ts', 'web/**/*.test.ts', 'test/**/*.test.ts']
/** What decides which database a test gets: whoever imports it, however indirectly, uses one. */
const DATABASES = resolve('test/kit/database.ts')
/**
 * Tests that run once: about one database itself, which they bring along; about what a browser makes of a page; about
 * connections and configuration, where most of the time is waiting and no database is asked; and about the build.
 */
const ONCE = [
  'test/postgres/',
  'test/sqlite/',
  'test/browser/',
  'test/process/hostile-connections.test.ts',
  'test/process/configuration.test.ts',
  'test/process/source-and-build.test.ts',
  'test/journeys/hostile-uploads.test.ts',
]
/** What takes longest, so that nothing of it is left when all others are done. */
const FIRST = [
  'test/process/hostile-connections.test.ts',
  'test/rendering/exhausting-messages.test.ts',
  'test/contract/tries.test.ts',
  'test/cli/push.test.ts',
  'test/fuzz/',
  'test/importing/hostile-files.test.ts',
  'test/browser/',
  'test/cli/',
  'test/process/',
]
/** More than there are processors: many wait for a time limit, a browser or a server. */
const AT_ONCE = 4
/** More failures than these are no matter of luck. */
const MOST_TRIED_AGAIN = 5

/** A process that runs tests. */
type Job = { readonly name: string; readonly args: readonly string[]; readonly env: NodeJS.ProcessEnv }

const asked = process.argv.slice(2)
if (asked.includes('--help')) {
  process.stdout.write(USAGE)
  process.exit(0)
}
const files = globSync(asked.length > 0 ? asked : EVERYTHING)
  .toSorted()
  .toSorted((a, b) => rank(a) - rank(b))
const withDatabase = files.filter((file) => imports(resolve(file), DATABASES))
// Those of plain functions take less time than the start of a process, so they share one.
const plain = files.filter((file) => /^(?:src|web)\b/.test(file) && !withDatabase.includes(file))
const apart = files.filter((file) => !plain.includes(file))
const onBoth = withDatabase.filter((file) => !ONCE.some((start) => file.startsWith(start)))

const { TEST_DATABASE_URL: presentServer, ...environment } = process.env
const onSqlite = { ...environment, TEST_BUILD: 'dist', NODE_COMPILE_CACHE: 'test-results/compiled' }
const server = presentServer || onBoth.length === 0 ? undefined : await startPostgres()
const stop = (): void => void server?.remove().finally(() => process.exit(1))
process.once('SIGINT', stop).once('SIGTERM', stop)
const onPostgres = { ...onSqlite, TEST_DATABASE_URL: server?.url ?? presentServer }
const jobs: Job[] = apart.flatMap((file) => [
  { name: file, args: [file], env: onSqlite },
  ...(onBoth.includes(file) ? [{ name: `${file} on PostgreSQL`, args: [file], env: onPostgres }] : []),
])
if (plain.length > 0) {
  const args = ['--test', '--test-isolation=none', ...plain]
  jobs.unshift({ name: `plain functions, in ${plain.length} files`, args, env: onSqlite })
}
try {
  process.exitCode = (await runAll()) ? 0 : 1
} finally {
  await server?.remove()
}

async function runAll(): Promise<boolean> {
  const failed = await runJobs(jobs, AT_ONCE)
  if (failed.length === 0 || failed.length > MOST_TRIED_AGAIN) return failed.length === 0
  // Browsers and processes that are starved of time fail where nothing is wrong; a defect fails again.
  process.stdout.write(`\nOnce more, one by one, as something failed in:\n`)
  return (await runJobs(failed, 1)).length === 0
}

/** @returns those in which something failed */
async function runJobs(all: readonly Job[], atOnce: number): Promise<Job[]> {
  const failed: Job[] = []
  const waiting = all.values()
  const work = async () => {
    for (const job of waiting) if (!(await isPassed(job))) failed.push(job)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return failed
}

async function isPassed({ name, args, env }: Job): Promise<boolean> {
  const begun = Date.now()
  const child = spawn(process.execPath, ['--test-reporter=spec', ...args], {
    env,
    stdio: ['inherit', 'pipe', 'inherit'],
  })
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')])
  const passed = child.exitCode === 0
  const tests = /^ℹ tests (\d+)$/m.exec(output)?.[1] ?? 'no'
  const skipped = /^ℹ skipped ([1-9]\d*)$/m.exec(output)?.[1]
  const counts = `${tests} tests${skipped === undefined ? '' : `, ${skipped} skipped`}`
  const seconds = ((Date.now() - begun) / 1000).toFixed(1)
  if (!passed || asked.length > 0) process.stdout.write(`\n${output}`)
  process.stdout.write(`${passed ? '✔' : '✖'} ${name}: ${counts}, ${seconds} s\n`)
  return passed
}

/** The place of a file in what comes first; all others come after. */
function rank(file: string): number {
  const place = FIRST.findIndex((start) => file.startsWith(start))
  return place === -1 ? FIRST.length : place
}

/** Whether a module imports another one of ours, directly or through others. */
function imports(file: string, wanted: string, seen = new Set<string>()): boolean {
  if (file === wanted) return true
  if (seen.has(file)) return false
  seen.add(file)
  const specifiers = readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+\.ts)'/g)
  return [...specifiers].some(([, path = '']) => imports(join(dirname(file), path), wanted, seen))
}
