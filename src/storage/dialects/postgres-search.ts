import { type RawBuilder, sql } from 'kysely'
import { MOST_MATCHES, NOTHING, type SearchDifferences } from './dialect-search.ts'

/** A trigger that queues what changed. @param body of its function, which may name the changed rows */
const triggerOf = (name: string, when: string, body: string): readonly RawBuilder<unknown>[] => [
  sql.raw(
    `create function ${name}() returns trigger language plpgsql as $$ begin ${body} return null; end $$`,
  ),
  sql.raw(`create trigger ${name} after ${when} execute function ${name}()`),
]

/** @param table what the function finds in `changed`: the rows as they were or as they are */
const together = (table: 'old' | 'new'): string => `referencing ${table} table as changed for each statement`

const queueMessages = `
  insert into search_queue (user_id, chat_id, position)
  select chats.user_id, changed.chat_id, changed.position from changed join chats on chats.id = changed.chat_id
  on conflict do nothing;`

const queueChat = `
  insert into search_queue (user_id, chat_id, position) values (new.user_id, new.id, 0) on conflict do nothing;`

/** A `tsvector` of folded words: what is a word is decided before, the same for both databases. */
export const postgresSearch: SearchDifferences = {
  async create(db) {
    await sql`create table search_entries (chat_id integer not null, position integer not null,
      words tsvector not null, primary key (chat_id, position))`.execute(db)
    await sql`create index search_entries_words on search_entries using gin (words)`.execute(db)
    const each = 'for each row'
    const triggers = [
      ...triggerOf('message_added', `insert on messages ${together('new')}`, queueMessages),
      ...triggerOf('message_changed', `update on messages ${together('new')}`, queueMessages),
      ...triggerOf(
        'message_removed',
        `delete on messages ${together('old')}`,
        `delete from search_entries using changed
          where search_entries.chat_id = changed.chat_id and search_entries.position = changed.position;`,
      ),
      ...triggerOf('chat_added', `insert on chats ${each}`, queueChat),
      ...triggerOf('chat_renamed', `update of name, model on chats ${each}`, queueChat),
      ...triggerOf(
        'chat_removed',
        `delete on chats ${each}`,
        'delete from search_entries where chat_id = old.id;',
      ),
    ]
    for (const trigger of triggers) await trigger.execute(db)
  },

  remake: () => Promise.resolve(false),

  async index(db, texts) {
    if (texts.length === 0) return
    const keys = texts.map(({ chatId, position }) => sql`(${chatId}::integer, ${position}::integer)`)
    await sql`delete from search_entries where (chat_id, position) in (values ${sql.join(keys)})`.execute(db)
    const rows = texts
      .filter(({ words }) => words.length > 0)
      .map(
        ({ chatId, position, words }) =>
          sql`(${chatId}::integer, ${position}::integer, array_to_tsvector(${words}::text[]))`,
      )
    if (rows.length === 0) return
    await sql`insert into search_entries (chat_id, position, words) values ${sql.join(rows)}
      on conflict (chat_id, position) do update set words = excluded.words`.execute(db)
  },

  // A row is marked as dead, and that is all.
  sizesOf: async () => new Map(),

  hits(terms) {
    if (terms.length === 0) return NOTHING
    const query = terms.map(({ word, isBeginning }) => `'${word}'${isBeginning ? ':*' : ''}`).join(' & ')
    return sql`(
      select chat_id, min(nullif(position, 0)) as position
      from (
        select chat_id, position from search_entries where words @@ ${query}::tsquery
        order by chat_id desc, position desc limit ${sql.lit(MOST_MATCHES)}
      ) as matches group by chat_id
    )`
  },
}
