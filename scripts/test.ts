import { spawn } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { startPostgres } from '../test/kit/postgres.ts'

const USAGE = `Usage: npm test [-- FILE...]

  Runs all tests, or those in FILE..., on SQLite, and those that use a database once more on PostgreSQL: on one from
  npm, started for the tests and removed after, or on the one that TEST_DATABASE_URL names, where databases are
  created and dropped.
`

const EVERYTHING = ['src/**/*.test.ts', 'web/**/*.test.ts', 'test/**/*.test.ts']
/** What decides which database a test gets: whoever imports it, however indirectly, uses one. */
const DATABASES = resolve('test/kit/database.ts')
/** Tests that run once: about one database itself, which they bring along, and about what a browser makes of a page. */
const ONCE = ['test/postgres/', 'test/sqlite/', 'test/browser/']
const AT_ONCE = 3

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
  const child = spawn(process.execPath, ['--test', `--test-concurrency=${AT_ONCE}`, ...names], {
    env,
    stdio: 'inherit',
  })
  return new Promise((done) => child.once('exit', (code) => done(code === 0)))
}

/** Whether a module imports another one of ours, directly or through others. */
function imports(file: string, wanted: string, seen = new Set<string>()): boolean {
  if (file === wanted) return true
  if (seen.has(file)) return false
  seen.add(file)
  const specifiers = readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+\.ts)'/g)
  return [...specifiers].some(([, path = '']) => imports(join(dirname(file), path), wanted, seen))
}
