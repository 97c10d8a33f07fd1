import type { Kysely, SchemaModule } from 'kysely'
import type { DialectDifferences } from '../dialects/dialect.ts'
import type { Tables } from '../tables.ts'
import { queueAllTexts } from './040-search.ts'

/** The index of the search, made anew where older versions kept it so that it went wrong: on SQLite. */
export async function remakeSearch(
  _schema: SchemaModule,
  dialect: DialectDifferences,
  db: Kysely<never>,
): Promise<void> {
  if (await dialect.search.remake(db as unknown as Kysely<Tables>)) await queueAllTexts(db)
}
