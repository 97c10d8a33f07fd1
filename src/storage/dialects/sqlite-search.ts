import { sql } from 'kysely'
import type { Queries } from '../store.ts'
import { MOST_MATCHES, NOTHING, type SearchDifferences, type SearchedText } from './dialect-search.ts'

// A row's number is chat and position in one, so that hits are grouped by chat from the index alone.
const POSITION_BITS = 32
const POSITION_MASK = 2 ** POSITION_BITS - 1

function rowOf({ chatId, position }: SearchedText): bigint {
  return (BigInt(chatId) << BigInt(POSITION_BITS)) | BigInt(position)
}

/** What a trigger does: note that a text changed, for whom its chat is. */
const queue = (chatId: string, position: string) =>
  sql.raw(`insert or ignore into search_queue (user_id, chat_id, position)
    select user_id, id, ${position} from chats where id = ${chatId}`)

/**
 * `secure-delete` takes deleted words out of the index instead of marking them, so that no deleted text stays in the
 * file. Not with `detail = none`, which needs a little less room: with both, SQLite 3.53.4 loses entries and keeps
 * others that were deleted.
 */
async function createEntries(db: Queries): Promise<void> {
  await sql`create virtual table search_entries using fts5 (
    words, detail = column, columnsize = 0, tokenize = "ascii tokenchars '_'")`.execute(db)
  await sql`insert into search_entries (search_entries, rank) values ('secure-delete', 1)`.execute(db)
}

/** FTS5 (https://www.sqlite.org/fts5.html). Words are folded before they come here. */
export const sqliteSearch: SearchDifferences = {
  async create(db) {
    await createEntries(db)
    await sql`create trigger message_added after insert on messages begin
      ${queue('new.chat_id', 'new.position')}; end`.execute(db)
    await sql`create trigger message_changed after update of content on messages begin
      ${queue('new.chat_id', 'new.position')}; end`.execute(db)
    await sql`create trigger message_removed after delete on messages begin
      ${queue('old.chat_id', 'old.position')}; end`.execute(db)
    await sql`create trigger chat_added after insert on chats begin ${queue('new.id', '0')}; end`.execute(db)
    await sql`create trigger chat_renamed after update of name, model on chats begin
      ${queue('new.id', '0')}; end`.execute(db)
    await sql`create trigger chat_removed before delete on chats begin
      ${queue('old.id', '0')}; end`.execute(db)
  },

  async remake(db) {
    await sql`drop table search_entries`.execute(db)
    await createEntries(db)
    return true
  },

  async index(db, texts) {
    for (const text of texts) {
      const row = rowOf(text)
      await sql`delete from search_entries where rowid = ${row}`.execute(db)
      if (text.words.length === 0) continue
      await sql`insert into search_entries (rowid, words) values (${row}, ${text.words.join(' ')})`.execute(
        db,
      )
    }
  },

  // Each word is sought in the index and overwritten there.
  async sizesOf(db, texts) {
    const { rows } = await sql<{ row: number; bytes: number }>`
      select rowid as row, octet_length(words) as bytes from search_entries
      where rowid in (${sql.join(texts.map(rowOf))})`.execute(db)
    const sizes = new Map(rows.map(({ row, bytes }) => [BigInt(row), bytes]))
    return new Map(texts.map((text) => [text, sizes.get(rowOf(text)) ?? 0]))
  },

  hits(terms) {
    if (terms.length === 0) return NOTHING
    const match = terms.map(({ word, isBeginning }) => `"${word}"${isBeginning ? '*' : ''}`).join(' ')
    return sql`(
      select chat_id, min(nullif(position, 0)) as position
      from (
        select rowid >> ${sql.lit(POSITION_BITS)} as chat_id, rowid & ${sql.lit(POSITION_MASK)} as position
        from search_entries where search_entries match ${match} order by rowid desc limit ${sql.lit(MOST_MATCHES)}
      ) group by chat_id
    )`
  },
}
