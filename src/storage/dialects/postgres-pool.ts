import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ConnectionOptions } from 'node:tls'
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import {
  Client,
  type ClientBase,
  type ClientConfig,
  DatabaseError,
  Pool,
  type PoolClient,
  type QueryConfig,
  TypeOverrides,
} from 'pg'
import type { PoolFigures } from './dialect.ts'
import type { Send } from './postgres-hot-queries.ts'
import type { PostgresConfig, PostgresHost, PostgresTls } from './postgres-url.ts'

const MOST_NAMED_STATEMENTS = 500
const MOST_NAMED_PARAMETERS = 32
const UNANSWERED_AFTER_MS = 2000
const LOOK_AGAIN_MS = 2000
const MOST_WAITING = 1000
const IDLE_IN_TRANSACTION_MS = 30_000
const IDLE_CONNECTION_MS = 60_000

/** What is said of a server that isn't to be asked. */
export const IS_STANDBY = 'It is a standby, which may be behind and takes no writes'

const INT8 = 20
const NUMERIC = 1700

/** Thrown when the database can't be connected to, or a connection breaks or falls silent. */
export class PostgresUnreachable extends Error {
  override readonly name = 'PostgresUnreachable'
  constructor(reason: unknown, cause = reason) {
    super(`PostgreSQL can't be reached: ${reasonOf(reason)}`, { cause })
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

/** Which of several servers is connected to, for all pools of a process. */
export interface HostChoice {
  readonly count: number
  present(this: void): PostgresHost
  /** Goes on to the next one, unless that has happened already. */
  failed(host: PostgresHost): void
}

export function createHostChoice(hosts: PostgresConfig['hosts']): HostChoice {
  let chosen = 0
  const present = (): PostgresHost => hosts[chosen] ?? hosts[0]
  return {
    count: hosts.length,
    present,
    failed(host) {
      if (present() === host) chosen = (chosen + 1) % hosts.length
    },
  }
}

function nameOfHost({ host, port }: PostgresHost): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Connects to the first server that takes writes, outside of any pool. */
export async function connectToPrimary(config: PostgresConfig): Promise<Client> {
  const reasons: string[] = []
  for (const host of config.hosts) {
    const client = new Client({ ...connectionOptions(config), ...host })
    // Its statements reject, too.
    client.on('error', () => undefined)
    try {
      await client.connect()
      await refuseStandby(client)
      return client
    } catch (error) {
      await client.end().catch(() => undefined)
      reasons.push(config.hosts.length === 1 ? reasonOf(error) : `${nameOfHost(host)}: ${reasonOf(error)}`)
    }
  }
  throw new PostgresUnreachable(reasons.join('; '))
}

/** What a pool is for, and how many connections that takes. */
export interface PoolUse {
  readonly name: PoolName
  readonly size: number
  /** how long a statement waits for what another transaction has locked; 0: for any time */
  readonly lockTimeoutMs: number
  /** whether a commit waits for the disk, and for a synchronous standby */
  readonly isDurable: boolean
}

export type PoolName = 'read' | 'write' | 'counters' | 'migration'

/** A pool for Kysely, and what else we ask of it. */
export interface NamingPool extends PostgresPool {
  readonly send: Send
  figures(this: void): PoolFigures
}

/**
 * A pool for Kysely's PostgreSQL dialect that names statements, so that the server parses and plans each only once
 * for a connection, and that never takes a broken connection back. Who waits for a connection waits for so long, and
 * only so many do.
 *
 * @param hosts chooses the server, together with the other pools
 * @param warn told when a connection that nobody uses breaks
 * @param isAtWork whether the server still works for a connection, by its process id there; rejects when it doesn't
 *   answer
 */
export function createPostgresPool(
  config: PostgresConfig,
  use: PoolUse,
  hosts: HostChoice,
  warn: (error: unknown) => void,
  isAtWork: (processId: number) => Promise<boolean> = () => Promise.resolve(false),
): NamingPool {
  class ChosenClient extends Client {
    constructor(options: ClientConfig) {
      super({ ...options, ...hosts.present() })
    }
  }
  const giveUpAfterMs =
    config.statementTimeoutMs === 0 ? undefined : config.statementTimeoutMs + UNANSWERED_AFTER_MS
  const pool = new Pool({
    ...connectionOptions(config),
    Client: ChosenClient as unknown as new () => Client,
    max: use.size,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    ...(giveUpAfterMs === undefined ? {} : { statement_timeout: config.statementTimeoutMs }),
    ...(use.lockTimeoutMs === 0 ? {} : { lock_timeout: use.lockTimeoutMs }),
    ...(use.isDurable ? {} : { options: '-c synchronous_commit=off' }),
    ...ON_CONNECT,
  })
  pool.on('error', warn)
  // Without a listener, a connection that breaks between two statements of a transaction would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined))

  const nameOf = config.namesStatements ? createStatementNames() : () => undefined
  const waits = { count: 0, seconds: 0 }
  /** connections whose commit isn't answered */
  let held = 0

  async function acquire(): Promise<PoolClient> {
    if (held >= use.size) throw new PostgresUnreachable('writes wait for it, and none is answered')
    if (pool.waitingCount >= MOST_WAITING) throw new PostgresUnreachable('too many wait for a connection')
    const waitsInLine = pool.idleCount === 0 && pool.totalCount >= use.size
    if (!waitsInLine) return connect()
    const began = performance.now()
    try {
      return await connect()
    } finally {
      waits.count += 1
      waits.seconds += (performance.now() - began) / 1000
    }
  }

  /** Connects to the server that was chosen, or else to the next ones. */
  async function connect(): Promise<PoolClient> {
    const reasons: string[] = []
    for (;;) {
      const tried = hosts.present()
      try {
        return await pool.connect()
      } catch (error) {
        const isLineTooLong = error instanceof Error && error.message.startsWith('timeout exceeded')
        if (isLineTooLong) throw new PostgresUnreachable('no connection came free in time')
        hosts.failed(tried)
        reasons.push(hosts.count === 1 ? reasonOf(error) : `${nameOfHost(tried)}: ${reasonOf(error)}`)
        if (reasons.length >= hosts.count) throw new PostgresUnreachable(reasons.join('; '), error)
      }
    }
  }

  /** A commit that isn't answered goes on in the server: its connection isn't made up for by another one. */
  async function hold(client: PoolClient, answer: Promise<unknown>): Promise<void> {
    held += 1
    const state = { isOver: false }
    const over = answer.catch(() => undefined).then(() => (state.isOver = true))
    try {
      const processId = 'processID' in client ? Number(client.processID) : 0
      while (!state.isOver && (await isAtWork(processId).catch(() => false))) {
        await Promise.race([over, sleep(LOOK_AGAIN_MS, undefined, { ref: false })])
      }
    } finally {
      held -= 1
      client.release(true)
    }
  }

  return {
    options: {},
    async send(text, parameters) {
      const client = namingClient(await acquire(), { nameOf, giveUpAfterMs, hold })
      try {
        return (await client.query(text, parameters)) as { rows: unknown[] }
      } finally {
        client.release()
      }
    },
    connect: async () => namingClient(await acquire(), { nameOf, giveUpAfterMs, hold }),
    end: () => pool.end(),
    figures: () => ({
      name: use.name,
      connections: pool.totalCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
      held,
      waits: waits.count,
      waitedSeconds: waits.seconds,
    }),
  }
}

// The pool waits for it, though its type knows of none that takes time.
const ON_CONNECT = { onConnect: refuseStandby }

/** A standby that is asked may be behind: a share that was just paused would still be shown. */
async function refuseStandby(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ is_standby: boolean }>('select pg_is_in_recovery() as is_standby')
  if (rows[0]?.is_standby) throw new Error(IS_STANDBY)
}

/** How to connect, but for the host, and how values come back. */
function connectionOptions(config: PostgresConfig): ClientConfig {
  const types = new TypeOverrides()
  // Sums, counts and times are far below 2^53.
  types.setTypeParser(INT8, Number)
  types.setTypeParser(NUMERIC, Number)
  return {
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

interface NamingOptions {
  readonly nameOf: (sql: string) => string | undefined
  readonly giveUpAfterMs: number | undefined
  hold(this: void, client: PoolClient, answer: Promise<unknown>): Promise<void>
}

function namingClient(client: PoolClient, { nameOf, giveUpAfterMs, hold }: NamingOptions) {
  let isBroken = false
  /** what isn't answered in time */
  let unanswered: Promise<unknown> | undefined

  async function query(text: string, parameters: readonly unknown[]): Promise<unknown> {
    if (isBroken) throw new PostgresUnreachable('the connection is broken')
    const answer = client.query(statement(text, parameters, nameOf))
    try {
      return await within(answer, giveUpAfterMs)
    } catch (error) {
      if (error instanceof DatabaseError || error instanceof TypeError) throw error
      // What it answers from here on may be another statement's answer.
      isBroken = true
      if (error instanceof Unanswered) unanswered = answer
      throw new PostgresUnreachable(error)
    }
  }

  return {
    // Kysely's type promises the rows' type, which it alone knows.
    query: query as PostgresPoolClient['query'] & typeof query,
    release(destroy?: boolean) {
      if (unanswered) void hold(client, unanswered)
      else client.release(destroy === true || isBroken)
    },
  }
}

class Unanswered extends Error {
  override readonly message = 'It does not answer'
}

/** The server ends a statement itself; this is for a server that doesn't answer, and for a commit that waits. */
async function within<T>(answer: Promise<T>, ms: number | undefined): Promise<T> {
  if (ms === undefined) return answer
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Unanswered()), ms)
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
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
