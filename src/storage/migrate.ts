import type { SchemaModule } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import type { DialectConnections, DialectDifferences } from './dialects/dialect.ts'
import { createFirstTables } from './migrations/001-first.ts'

type Step = (schema: SchemaModule, dialect: DialectDifferences) => Promise<void>

/** Forward-only and numbered; a step that was released is never changed. */
const steps: Record<string, Step> = {
  '001-first': createFirstTables,
}

/**
 * Brings the schema up to date.
 *
 * @throws Error when a step fails or the database is newer than this program
 */
export async function migrate({ write, differences }: DialectConnections): Promise<void> {
  const migrations: Record<string, Migration> = {}
  for (const [name, step] of Object.entries(steps)) {
    migrations[name] = { up: (db) => step(db.schema, differences) }
  }
  const migrator = new Migrator({ db: write, provider: { getMigrations: () => Promise.resolve(migrations) } })
  const { error } = await migrator.migrateToLatest()
  if (error instanceof Error && error.message.includes('corrupted migrations')) {
    throw new Error('The database was written by a newer version of Neptun Share; start that one.', {
      cause: error,
    })
  }
  if (error) throw new Error('The database schema could not be brought up to date.', { cause: error })
}
