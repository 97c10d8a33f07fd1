/** Where a PostgreSQL database is and how to talk to it. */
export interface PostgresConfig {
  readonly dialect: 'postgres'
  /** a host name or address, or the folder of a Unix socket */
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string | undefined
  readonly password: string | undefined
  readonly tls: PostgresTls
  /** connections of each process at most */
  readonly poolSize: number
  /** 0: statements may take any time */
  readonly statementTimeoutMs: number
  /** how long to wait for a connection, a new one or one that is in use */
  readonly connectTimeoutMs: number
  /** off where a pooler hands out another connection for each transaction and doesn't know about them */
  readonly namesStatements: boolean
  /** readers who ask at the same time share one query: see postgres-hot-queries.ts */
  readonly gathersReads: boolean
}

/** Encryption of the connection, in the words that PostgreSQL's own programs use. */
export interface PostgresTls {
  /** `require` encrypts, `verify-ca` also checks who signed the certificate, `verify-full` also whose it is */
  readonly mode: (typeof TLS_MODES)[number]
  /** paths of PEM files */
  readonly rootCertificate: string | undefined
  readonly certificate: string | undefined
  readonly key: string | undefined
}

const TLS_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const
const PARAMETERS = new Set([
  'host',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'connect_timeout',
  'statement_timeout',
  'pool_size',
  'named_statements',
  'gather_reads',
])

export const POSTGRES_URL_FORM =
  `postgres://user:password@host:5432/database, with ?pool_size=, statement_timeout= (milliseconds), ` +
  `connect_timeout= (seconds), named_statements= (on, off), gather_reads= (on, off), sslmode= (${TLS_MODES.join(', ')}), sslrootcert=, sslcert=, sslkey= or host= as needed`

/**
 * Reads a URL as PostgreSQL's programs take it:
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS, and `pool_size`,
 * `statement_timeout`, `named_statements` and `gather_reads` besides.
 *
 * @returns undefined when it isn't one, or says something that would be ignored
 */
export function readPostgresUrl(text: string): PostgresConfig | undefined {
  const url = /^postgres(ql)?:\/\//.test(text) ? URL.parse(text) : null
  if (!url || url.hash !== '') return undefined
  const parameters = url.searchParams
  if ([...parameters.keys()].some((name) => !PARAMETERS.has(name))) return undefined

  const [user, password, urlHost, database] = [
    url.username,
    url.password,
    url.hostname,
    url.pathname.slice(1),
  ].map(decode)
  const host = parameters.get('host') || urlHost?.replace(/^\[|\]$/g, '') || '127.0.0.1'
  const mode = TLS_MODES.find((mode) => mode === (parameters.get('sslmode') ?? 'disable'))
  const poolSize = wholeNumber(parameters.get('pool_size') ?? '10', 1, 1000)
  const statementTimeoutMs = wholeNumber(parameters.get('statement_timeout') ?? '10000', 0, 3_600_000)
  const connectTimeout = wholeNumber(parameters.get('connect_timeout') ?? '3', 1, 600)
  const named = parameters.get('named_statements') ?? 'on'
  if (!database || !mode || poolSize === undefined) return undefined
  if (statementTimeoutMs === undefined || connectTimeout === undefined) return undefined
  const gather = parameters.get('gather_reads') ?? 'on'
  if (![named, gather].every((value) => value === 'on' || value === 'off')) return undefined
  return {
    dialect: 'postgres',
    host,
    port: url.port === '' ? 5432 : Number(url.port),
    database,
    user: user || undefined,
    password: password || undefined,
    tls: {
      mode,
      rootCertificate: parameters.get('sslrootcert') || undefined,
      certificate: parameters.get('sslcert') || undefined,
      key: parameters.get('sslkey') || undefined,
    },
    poolSize,
    statementTimeoutMs,
    connectTimeoutMs: connectTimeout * 1000,
    namesStatements: named === 'on',
    gathersReads: gather === 'on',
  }
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function wholeNumber(text: string, least: number, most: number): number | undefined {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  return value >= least && value <= most ? value : undefined
}
