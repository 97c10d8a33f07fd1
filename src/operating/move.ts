import { existsSync } from 'node:fs'
import { readDatabaseUrl } from '../start/config.ts'
import { moveDatabase, MoveError } from './move-database.ts'
import { openConfiguredStore } from '../start/open-context.ts'
import { createProgress } from '../terminal/progress.ts'
import { OperatingError } from './operating-error.ts'

/**
 * Moves a SQLite database to PostgreSQL.
 *
 * @returns what was done, in a sentence; undefined where the two URLs make no sense
 * @throws OperatingError that says why nothing was moved
 */
export async function move(fromUrl: string, toUrl: string): Promise<string | undefined> {
  const from = readDatabaseUrl(fromUrl)
  const to = readDatabaseUrl(toUrl)
  if (from?.dialect !== 'sqlite' || to?.dialect !== 'postgres') return undefined
  if (!existsSync(from.path)) throw new OperatingError(`There is no database at ${from.path}.`)
  const progress = createProgress()
  try {
    // Both get the schema of this version.
    for (const database of [from, to]) await (await openConfiguredStore(database)).close()
    const began = Date.now()
    const rows = await moveDatabase(from.path, to, ({ table, done, total }) =>
      progress.update(table, done, total),
    )
    const seconds = Math.max(1, Math.round((Date.now() - began) / 1000))
    return (
      `Moved ${rows} rows in ${seconds} s; each table has the same rows and checksum in both. ` +
      `Start the server with the new DATABASE_URL.`
    )
  } catch (error) {
    const { message, cause } = error instanceof Error ? error : new Error(String(error))
    const reason = cause instanceof Error ? ` ${cause.message}` : ''
    throw new OperatingError(error instanceof MoveError ? message : `Nothing was moved. ${message}${reason}`)
  } finally {
    progress.end()
  }
}
