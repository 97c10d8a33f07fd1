import { type Kysely, type SchemaModule, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import type { DialectConnections, DialectDifferences } from './dialects/dialect.ts'
import { createFirstTables } from './migrations/001-first.ts'
import { createImportSources } from './migrations/002-import-sources.ts'
import { createKeptBodies } from './migrations/003-kept-bodies.ts'
import { createEvents } from './migrations/004-events.ts'
import { createDeletedUsers } from './migrations/005-deleted-users.ts'
import { createUsageIndex } from './migrations/006-usage-index.ts'
import { createAccessTokens } from './migrations/020-access-tokens.ts'
import { createIdentities } from './migrations/022-identities.ts'
import { createPasskeys } from './migrations/023-passkeys.ts'
import { nameSessions } from './migrations/021-seen-sessions.ts'
import { createMail } from './migrations/010-mail.ts'
import { addCodeSignIns } from './migrations/011-code-sign-ins.ts'
import { createInvitations } from './migrations/012-invitations.ts'
import { addFormerEmails } from './migrations/013-former-emails.ts'
import { createSearch } from './migrations/040-search.ts'
import { createShareLabels } from './migrations/041-share-labels.ts'
import { createReaders } from './migrations/042-readers.ts'
import { createIdempotencyKeys } from './migrations/080-idempotency-keys.ts'
import { createFiles } from './migrations/030-files.ts'
import { addRestorable } from './migrations/090-restorable.ts'
import { addSharedBy } from './migrations/091-shared-by.ts'
import { createWebhooks } from './migrations/110-webhooks.ts'
import { createFirstReadMails } from './migrations/120-first-read-mails.ts'
import { addSentFiles } from './migrations/130-sent-files.ts'
import { remakeSearch } from './migrations/140-remade-search.ts'
import type { Tables } from './tables.ts'

type Step = (schema: SchemaModule, dialect: DialectDifferences, db: Kysely<never>) => Promise<void>

/** Forward-only and numbered; a step that was released is never changed. */
const steps: Record<string, Step> = {
  '001-first': createFirstTables,
  '002-import-sources': createImportSources,
  '003-kept-bodies': createKeptBodies,
  '004-events': createEvents,
  '005-deleted-users': createDeletedUsers,
  '006-usage-index': createUsageIndex,
  '020-access-tokens': createAccessTokens,
  '021-seen-sessions': nameSessions,
  '022-identities': createIdentities,
  '023-passkeys': createPasskeys,
  '010-mail': createMail,
  '011-code-sign-ins': addCodeSignIns,
  '012-invitations': createInvitations,
  '013-former-emails': addFormerEmails,
  '040-search': createSearch,
  '041-share-labels': createShareLabels,
  '042-readers': createReaders,
  '080-idempotency-keys': createIdempotencyKeys,
  '030-files': createFiles,
  '090-restorable': addRestorable,
  '091-shared-by': addSharedBy,
  '110-webhooks': createWebhooks,
  '120-first-read-mails': createFirstReadMails,
  '130-sent-files': addSentFiles,
  '140-remade-search': remakeSearch,
}

/** What the schema of this version has gone through. */
export const STEP_NAMES: readonly string[] = Object.keys(steps)

/**
 * Brings the schema up to date. Any number of processes may do so at once: one of them changes it, the others wait.
 * A database that is up to date is only looked at, so that one which can't be written to can still be read.
 *
 * @throws Error when a step fails or the database is newer than this program
 */
export async function migrate(connections: DialectConnections): Promise<void> {
  const { read, differences } = connections
  const applied = await listAppliedSteps(read, differences)
  if (applied.some((name) => !(name in steps))) {
    throw new Error('The database was written by a newer version of Neptun Share; start that one.')
  }
  if (applied.length === STEP_NAMES.length) return

  const migrations: Record<string, Migration> = {}
  for (const [name, step] of Object.entries(steps)) {
    migrations[name] = { up: (db: Kysely<never>) => step(db.schema, differences, db) }
  }
  const db = connections.openForMigration()
  try {
    const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } })
    const { error } = await migrator.migrateToLatest()
    if (error) throw new Error('The database schema could not be brought up to date.', { cause: error })
  } finally {
    await db.destroy()
  }
}

async function listAppliedSteps(db: Kysely<Tables>, differences: DialectDifferences): Promise<string[]> {
  try {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
    return rows.map(({ name }) => name)
  } catch (error) {
    if (differences.isUnavailable(error)) throw error
    // There is no such table yet.
    return []
  }
}
