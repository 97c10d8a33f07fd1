/** One server of several that have the same database. */
export interface PostgresHost {
  /** a host name or address, or the folder of a Unix socket */
  readonly host: string
  readonly port: number
}

/** Where a PostgreSQL database is and how to talk to it. */
export interface PostgresConfig {
  readonly dialect: 'postgres'
  /** tried in order: the first that takes writes */
  readonly hosts: readonly [PostgresHost, ...PostgresHost[]]
  readonly database: string
  readonly user: string | undefined
  readonly password: string | undefined
  readonly tls: PostgresTls
  /** connections of each process at most, for reads, writes and counts together */
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
const DEFAULT_PORT = 5432
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
  `postgres://user:password@host:5432/database (several hosts with commas between them), with ?pool_size=, statement_timeout= (milliseconds), ` +
  `connect_timeout= (seconds), named_statements= (on, off), gather_reads= (on, off), sslmode= (${TLS_MODES.join(', ')}), sslrootcert=, sslcert=, sslkey= or host= as needed`

/**
 * Reads a URL as PostgreSQL's programs take it:
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS, and `pool_size`,
 * `statement_timeout`, `named_statements` and `gather_reads` besides.
 *
 * @returns undefined when it isn't one, or says something that would be ignored
 */
export function readPostgresUrl(text: string): PostgresConfig | undefined {
  const parts = /^postgres(?:ql)?:\/\/(?:([^/?#]*)@)?([^/?#@]*)([^#]*)$/.exec(text)
  const [, account = '', hostList = '', rest = ''] = parts ?? []
  // One URL takes one host; further ones are read by themselves.
  const url = parts ? URL.parse(`postgres://${account}@host${rest}`) : null
  if (!url || url.hash !== '') return undefined
  const parameters = url.searchParams
  if ([...parameters.keys()].some((name) => !PARAMETERS.has(name))) return undefined

  const [user, password, database] = [url.username, url.password, url.pathname.slice(1)].map(decode)
  const hosts = readHosts(hostList, parameters.get('host'))
  const mode = TLS_MODES.find((mode) => mode === (parameters.get('sslmode') ?? 'disable'))
  const poolSize = wholeNumber(parameters.get('pool_size') ?? '10', 1, 1000)
  const statementTimeoutMs = wholeNumber(parameters.get('statement_timeout') ?? '10000', 0, 3_600_000)
  const connectTimeout = wholeNumber(parameters.get('connect_timeout') ?? '3', 1, 600)
  const named = parameters.get('named_statements') ?? 'on'
  if (!database || !hosts || !mode || poolSize === undefined) return undefined
  if (statementTimeoutMs === undefined || connectTimeout === undefined) return undefined
  const gather = parameters.get('gather_reads') ?? 'on'
  if (![named, gather].every((value) => value === 'on' || value === 'off')) return undefined
  return {
    dialect: 'postgres',
    hosts,
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

/** @param named the hosts' names where they aren't in the URL's own place, such as folders of sockets */
function readHosts(list: string, named: string | null): PostgresConfig['hosts'] | undefined {
  const places = list.split(',').map(readHost)
  const names = named ? named.split(',') : []
  const count = Math.max(places.length, names.length)
  const hosts = Array.from({ length: count }, (_, index) => {
    // One port may stand for all.
    const place = places.length === 1 ? places[0] : places[index]
    const host = (names.length > 0 ? names[index] : place?.host) || undefined
    return place && (host || names.length === 0) ? { host: host ?? '127.0.0.1', port: place.port } : undefined
  })
  const [first, ...others] = hosts.filter((host) => host !== undefined)
  return first && others.length === count - 1 ? [first, ...others] : undefined
}

function readHost(text: string): PostgresHost | undefined {
  if (text === '') return { host: '', port: DEFAULT_PORT }
  const url = URL.parse(`postgres://${text}`)
  const host = decode(url?.hostname ?? '')
  if (!url || host === undefined || url.pathname !== '') return undefined
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
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
