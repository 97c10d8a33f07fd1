import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type DatabaseConfig, readDatabaseUrl } from '../start/config.ts'
import { moveDatabase, MoveError } from './move-database.ts'
import { openConfiguredStore } from '../start/open-context.ts'
import { createProgress } from '../terminal/progress.ts'

const USAGE = `Usage: npm run move -- --from file:./data/neptun.db --to postgres://user:password@host/database

  Copies all that a SQLite database holds into an empty PostgreSQL database: accounts with their sessions, chats,
  shares with their UUIDs and passwords, and what comes next after their ids. Stop the server first. Every table is
  read back and compared before anything counts; interrupted, the PostgreSQL stays empty and the move can be started again.
  The SQLite file stays as it is.
`

await main()

async function main(): Promise<void> {
  const { from, to } = readArguments()
  if (from?.dialect !== 'sqlite' || to?.dialect !== 'postgres') fail(USAGE)
  if (!existsSync(from.path)) fail(`There is no database at ${from.path}.\n`)
  const progress = createProgress()
  try {
    // Both get the schema of this version.
    for (const database of [from, to]) await (await openConfiguredStore(database)).close()
    const began = Date.now()
    const rows = await moveDatabase(from.path, to, ({ table, done, total }) =>
      progress.update(table, done, total),
    )
    progress.end()
    const seconds = Math.max(1, Math.round((Date.now() - began) / 1000))
    process.stdout.write(
      `Moved ${rows} rows in ${seconds} s; each table has the same rows and checksum in both. ` +
        `Start the server with the new DATABASE_URL.\n`,
    )
  } catch (error) {
    progress.end()
    const { message, cause } = error instanceof Error ? error : new Error(String(error))
    const reason = cause instanceof Error ? ` ${cause.message}` : ''
    fail(error instanceof MoveError ? `${message}\n` : `Nothing was moved. ${message}${reason}\n`)
  }
}

function readArguments(): { from: DatabaseConfig | undefined; to: DatabaseConfig | undefined } {
  try {
    const { values } = parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' } } })
    return { from: readDatabaseUrl(values.from ?? ''), to: readDatabaseUrl(values.to ?? '') }
  } catch {
    return { from: undefined, to: undefined }
  }
}

function fail(message: string): never {
  process.stderr.write(message)
  process.exit(1)
}
