import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import { type ClientConfig, DatabaseError, Pool, type PoolClient, type QueryConfig, TypeOverrides } from 'pg'
import type { Send } from './postgres-hot-queries.ts'
import type { PostgresConfig, PostgresTls } from './postgres-url.ts'

const MOST_NAMED_STATEMENTS = 500
const MOST_NAMED_PARAMETERS = 32
// The server ends a statement itself; this is for a server that doesn't answer at all.
const UNANSWERED_AFTER_MS = 2000
const IDLE_IN_TRANSACTION_MS = 30_000
const IDLE_CONNECTION_MS = 60_000

const INT8 = 20
const NUMERIC = 1700

/** Thrown when the database can't be connected to, or a connection breaks or falls silent. */
export class PostgresUnreachable extends Error {
  override readonly name = 'PostgresUnreachable'
  constructor(cause: unknown) {
    super(`PostgreSQL can't be reached: ${reasonOf(cause)}`, { cause })
  }
}

// https://nodejs.org/docs/latest-v24.x/api/tls.html#x509-certificate-error-codes
const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  // Node's own words give advice about Node.
  if ('code' in cause && UNTRUSTED.has(String(cause.code))) {
    return `Its certificate is not signed by an authority that is trusted; name the one that signed it with sslrootcert=`
  }
  return cause.message === '' ? String(cause) : cause.message
}

/**
 * A pool for Kysely's PostgreSQL dialect that names statements, so that the server parses and plans each only once
 * for a connection, and that never takes a broken connection back.
 *
 * @param warn told when a connection that nobody uses breaks
 */
export function createPostgresPool(
  config: PostgresConfig,
  warn: (error: unknown) => void,
): PostgresPool & { readonly send: Send } {
  const pool = new Pool({
    ...connectionOptions(config),
    max: config.poolSize,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    ...(config.statementTimeoutMs === 0
      ? {}
      : {
          statement_timeout: config.statementTimeoutMs,
          query_timeout: config.statementTimeoutMs + UNANSWERED_AFTER_MS,
        }),
  })
  pool.on('error', warn)
  // Without a listener, a connection that breaks between two statements of a transaction would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined))

  const nameOf = config.namesStatements ? createStatementNames() : () => undefined
  return {
    options: {},
    send: (text, parameters) => pool.query(statement(text, parameters, nameOf)).catch(reject),
    async connect() {
      const client = await pool.connect().catch((error: unknown) => {
        throw new PostgresUnreachable(error)
      })
      return namingClient(client, nameOf)
    },
    end: () => pool.end(),
  }
}

/** How to connect, and how values come back. */
export function connectionOptions(config: PostgresConfig): ClientConfig {
  const types = new TypeOverrides()
  // Sums, counts and times are far below 2^53.
  types.setTypeParser(INT8, Number)
  types.setTypeParser(NUMERIC, Number)
  return {
    host: config.host,
    port: config.port,
    database: config.database,
    ...(config.user === undefined ? {} : { user: config.user }),
    ...(config.password === undefined ? {} : { password: config.password }),
    ssl: tlsOptions(config.tls),
    connectionTimeoutMillis: config.connectTimeoutMs,
    keepAlive: true,
    types,
    application_name: 'neptun-share',
  }
}

function namingClient(client: PoolClient, nameOf: (sql: string) => string | undefined): PostgresPoolClient {
  let isBroken = false

  async function query(text: string, parameters: readonly unknown[]): Promise<unknown> {
    if (isBroken) throw new PostgresUnreachable('the connection is broken')
    try {
      return await client.query(statement(text, parameters, nameOf))
    } catch (error) {
      if (error instanceof DatabaseError || error instanceof TypeError) throw error
      // What it answers from here on may be another statement's answer.
      isBroken = true
      throw new PostgresUnreachable(error)
    }
  }

  return {
    // Kysely's type promises the rows' type, which it alone knows.
    query: query as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy === true || isBroken),
  }
}

function statement(
  text: string,
  parameters: readonly unknown[],
  nameOf: (sql: string) => string | undefined,
): QueryConfig {
  const isNamed = parameters.length > 0 && parameters.length <= MOST_NAMED_PARAMETERS
  const name = isNamed ? nameOf(text) : undefined
  return { text, values: [...parameters], ...(name === undefined ? {} : { name }) }
}

/** The pool gives up a connection on which anything failed. */
function reject(error: unknown): never {
  if (error instanceof DatabaseError || error instanceof TypeError) throw error
  throw new PostgresUnreachable(error)
}

/** Names for statements. Only so many: the server keeps every named one for as long as a connection lives. */
function createStatementNames(): (sql: string) => string | undefined {
  const names = new Map<string, string>()
  return (sql) => {
    const known = names.get(sql)
    if (known !== undefined || names.size >= MOST_NAMED_STATEMENTS) return known
    const name = `neptun_${names.size}`
    names.set(sql, name)
    return name
  }
}

function tlsOptions(tls: PostgresTls): false | ConnectionOptions {
  if (tls.mode === 'disable') return false
  const [ca, cert, key] = [tls.rootCertificate, tls.certificate, tls.key].map(
    (path) => path && readFileSync(path),
  )
  return {
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    rejectUnauthorized: tls.mode !== 'require' || ca !== undefined,
    ...(tls.mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
  }
}
