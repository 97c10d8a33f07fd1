import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connectToPrimary } from '../storage/dialects/postgres-pool.ts'
import type { PostgresConfig } from '../storage/dialects/postgres-url.ts'
import { MOVED_TABLES } from './move-database.ts'
import { OperatingError } from './operating-error.ts'

/** Writes a dump by PostgreSQL's own program, and reads it back. */
export async function dumpPostgres(database: PostgresConfig, file: string): Promise<void> {
  const server = await versionOfServer(database)
  await findProgram('pg_dump', server)
  await findProgram('pg_restore', server)
  await run(database, 'pg_dump', ['--format=custom', `--file=${file}`])
  const list = await run(database, 'pg_restore', ['--list', file])
  const missing = MOVED_TABLES.filter((table) => !list.includes(`TABLE DATA public ${table} `))
  if (missing.length > 0) throw new OperatingError(`The backup isn't whole: it lacks ${missing.join(', ')}.`)
  // Unpacks everything, to nowhere.
  await run(database, 'pg_restore', ['--file=/dev/null', file])
}

/** Reads a dump into an empty database, all of it or nothing. */
export async function restorePostgres(database: PostgresConfig, file: string): Promise<void> {
  await findProgram('pg_restore', await versionOfServer(database))
  const client = await connectToPrimary(database)
  try {
    const { rows } = await client.query('select 1 from pg_tables where schemaname = current_schema() limit 1')
    if (rows.length > 0) {
      throw new OperatingError(
        `The database ${database.database} isn't empty. Create one for what is restored, such as ` +
          `\`createdb --encoding=UTF8 --template=template0 restored\`, and name it in DATABASE_URL.`,
      )
    }
  } finally {
    await client.end().catch(() => undefined)
  }
  const target = ['--no-owner', '--exit-on-error', '--single-transaction', `--dbname=${database.database}`]
  await run(database, 'pg_restore', [...target, file])
}

async function versionOfServer(database: PostgresConfig): Promise<number> {
  const client = await connectToPrimary(database)
  try {
    const { rows } = await client.query<{ server_version_num: string }>('show server_version_num')
    return Math.floor(Number(rows[0]?.server_version_num) / 10_000)
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function findProgram(name: string, server: number): Promise<void> {
  const { code, output } = await execute(name, ['--version'], process.env).catch(() => ({
    code: 1,
    output: '',
  }))
  const version = Number(/ (\d+)/.exec(output)?.[1] ?? 0)
  if (code === 0 && version >= server) return
  const found = code === 0 ? `the one that was found is of ${version}` : 'none was found'
  throw new OperatingError(
    `This needs ${name} of PostgreSQL ${server} or later, but ${found}. ` +
      `On Debian and Ubuntu it is in the package postgresql-client-${server}.`,
  )
}

async function run(database: PostgresConfig, program: string, args: readonly string[]): Promise<string> {
  const { code, output } = await execute(program, args, environmentOf(database))
  if (code === 0) return output
  throw new OperatingError(`${program} failed: ${output.trim()}`)
}

async function execute(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number; output: string }> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const [code]: unknown[] = await once(child, 'close')
  return { code: Number(code ?? 1), output }
}

/** Where the database is, as libpq takes it: arguments could be read by everyone on the machine. */
function environmentOf({ hosts, database, user, password, tls }: PostgresConfig): NodeJS.ProcessEnv {
  const given = {
    PGHOST: hosts.map(({ host }) => host).join(','),
    PGPORT: hosts.map(({ port }) => port).join(','),
    PGDATABASE: database,
    PGUSER: user,
    PGPASSWORD: password,
    PGSSLMODE: tls.mode,
    PGSSLROOTCERT: tls.rootCertificate,
    PGSSLCERT: tls.certificate,
    PGSSLKEY: tls.key,
    PGTARGETSESSIONATTRS: 'primary',
  }
  return {
    ...process.env,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  }
}
