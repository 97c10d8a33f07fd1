import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/** A session in an agent's database: named by the database and its id there, `…/opencode.db#ses_1`. */
export type DatabaseSession = { readonly name: string; readonly changedAt: number }

/** How an agent's database holds sessions. Both queries take what their names say and read JSON where the agent keeps it. */
type Shape = {
  readonly file: RegExp
  /** Rows of `id` and `changed`, epoch milliseconds or a time in UTC, newest first. */
  readonly list: string
  /** One session as the agent's own export writes it. */
  readonly read: (database: DatabaseSync, id: string) => unknown
}

const shapes: readonly Shape[] = [
  {
    file: /[\\/]opencode[\w-]*\.db$/,
    list: 'SELECT id, time_updated AS changed FROM session WHERE parent_id IS NULL ORDER BY time_updated DESC LIMIT 200',
    read: readOpenCode,
  },
  {
    file: /[\\/]goose[\\/]sessions[\\/]sessions\.db$/,
    list: 'SELECT id, updated_at AS changed FROM sessions ORDER BY updated_at DESC LIMIT 200',
    read: readGoose,
  },
]

/** The newest sessions of a database; none where it can't be read. */
export function sessionsInDatabase(file: string): DatabaseSession[] {
  const shape = shapes.find((one) => one.file.test(file))
  if (shape === undefined) return []
  return (
    withDatabase(file, (database) =>
      database
        .prepare(shape.list)
        .all()
        .map(({ id, changed }) => ({ name: `${file}#${String(id)}`, changedAt: timeOf(changed) })),
    ) ?? []
  )
}

/** A session by its name, as JSON; undefined for any other file. */
export function databaseExport(name: string): Buffer | undefined {
  const [, file, id] = /^(.+\.db)#([\w-]{1,200})$/.exec(name) ?? []
  const shape = shapes.find((one) => one.file.test(file ?? ''))
  if (file === undefined || id === undefined || shape === undefined) return undefined
  const session = withDatabase(file, (database) => shape.read(database, id))
  return session === undefined ? undefined : Buffer.from(JSON.stringify(session))
}

function withDatabase<Result>(file: string, use: (database: DatabaseSync) => Result): Result | undefined {
  if (!existsSync(file)) return undefined
  try {
    const database = new DatabaseSync(file, { readOnly: true })
    try {
      return use(database)
    } finally {
      database.close()
    }
  } catch {
    return undefined
  }
}

function timeOf(value: unknown): number {
  if (typeof value === 'number') return value
  const time = Date.parse(`${String(value).replace(' ', 'T')}Z`)
  return Number.isNaN(time) ? 0 : time
}

function readOpenCode(database: DatabaseSync, id: string): unknown {
  const session = database.prepare('SELECT * FROM session WHERE id = ?').get(id)
  const messages = database
    .prepare('SELECT * FROM message WHERE session_id = ? ORDER BY time_created, id')
    .all(id)
  const parts = database.prepare('SELECT * FROM part WHERE message_id = ? ORDER BY id')
  return {
    info: {
      id,
      title: session?.['title'],
      directory: session?.['directory'],
      time: { created: session?.['time_created'], updated: session?.['time_updated'] },
    },
    messages: messages.map((message) => ({
      info: { id: message['id'], ...jsonOf(message['data']) },
      parts: parts.all(message['id'] ?? null).map((part) => jsonOf(part['data'])),
    })),
  }
}

function readGoose(database: DatabaseSync, id: string): unknown {
  const session = database.prepare('SELECT * FROM sessions WHERE id = ?').get(id)
  const messages = database
    .prepare('SELECT * FROM messages WHERE session_id = ? ORDER BY created_timestamp, id')
    .all(id)
  return {
    id,
    name: session?.['name'] || session?.['description'],
    working_dir: session?.['working_dir'],
    conversation: messages.map((message) => ({
      role: message['role'],
      created: message['created_timestamp'],
      content: parsed(message['content_json']),
      metadata: parsed(message['metadata_json']),
    })),
  }
}

function jsonOf(text: unknown): object {
  const value = parsed(text)
  return typeof value === 'object' && value !== null ? value : {}
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text))
  } catch {
    return undefined
  }
}
