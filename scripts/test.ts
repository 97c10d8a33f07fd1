import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startPostgres } from '../test/kit/postgres.ts'

const USAGE = `Usage: npm test [-- FILE...]

  Runs all tests, or those in FILE..., on SQLite, and those that use a database once more on PostgreSQL: on one from
  npm, started for the tests and removed after, or on the one that TEST_DATABASE_URL names, where databases are
  created and dropped.
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
  'test/process/built-server.test.ts',
  'test/journeys/hostile-uploads.test.ts',
]
const AT_ONCE = 3
/** More failures than these are no matter of luck. */
const MOST_TRIED_AGAIN = 5
const LIST_FAILED = fileURLToPath(new URL('list-failed-files.js', import.meta.url))

const asked = process.argv.slice(2)
if (asked.includes('--help')) {
  process.stdout.write(USAGE)
  process.exit(0)
}
const files = globSync(asked.length > 0 ? asked : EVERYTHING).toSorted()
const withDatabase = files.filter(
  (file) => !ONCE.some((start) => file.startsWith(start)) && imports(resolve(file), DATABASES),
)

const { TEST_DATABASE_URL: presentServer, ...environment } = process.env
let isPassed = await runTests('SQLite', files, environment)
if (withDatabase.length > 0) {
  const server = presentServer ? undefined : await startPostgres()
  const stop = (): void => void server?.remove().finally(() => process.exit(1))
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    const url = server?.url ?? presentServer
    isPassed =
      (await runTests('PostgreSQL', withDatabase, { ...environment, TEST_DATABASE_URL: url })) && isPassed
  } finally {
    await server?.remove()
  }
}
process.exitCode = isPassed ? 0 : 1

async function runTests(
  database: string,
  names: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<boolean> {
  process.stdout.write(`\n${names.length} files on ${database}\n`)
  const failed = await runFiles(names, AT_ONCE, env)
  if (failed.length === 0 || failed.length > MOST_TRIED_AGAIN) return failed.length === 0
  // Browsers and processes that are starved of time fail where nothing is wrong; a defect fails again.
  process.stdout.write(`\nOnce more, one by one, as something failed in ${failed.join(', ')}\n`)
  return (await runFiles(failed, 1, env)).length === 0
}

/** @returns the files in which something failed; all of them when the runner itself did */
async function runFiles(
  names: readonly string[],
  atOnce: number,
  env: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'neptun-tests-'))
  const list = join(folder, 'failed')
  const reporters = [
    ['--test-reporter=spec', '--test-reporter-destination=stdout'],
    [`--test-reporter=${LIST_FAILED}`, `--test-reporter-destination=${list}`],
  ].flat()
  const child = spawn(process.execPath, ['--test', `--test-concurrency=${atOnce}`, ...reporters, ...names], {
    env,
    stdio: 'inherit',
  })
  const [code] = await once(child, 'exit')
  const failed = readFileSync(list, 'utf8').split('\n').filter(Boolean)
  rmSync(folder, { recursive: true, force: true })
  if (code === 0) return []
  return failed.length > 0 ? failed.map((file) => relative(process.cwd(), file)) : names
}

/** Whether a module imports another one of ours, directly or through others. */
function imports(file: string, wanted: string, seen = new Set<string>()): boolean {
  if (file === wanted) return true
  if (seen.has(file)) return false
  seen.add(file)
  const specifiers = readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+\.ts)'/g)
  return [...specifiers].some(([, path = '']) => imports(join(dirname(file), path), wanted, seen))
}
