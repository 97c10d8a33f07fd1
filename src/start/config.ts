import { isIP } from 'node:net'
import { fileURLToPath } from 'node:url'
import ipaddr from 'ipaddr.js'
import type { UnverifiedEmailPolicy } from '../accounts/verified-email.ts'
import type { OidcConfig } from '../actions/accounts/single-sign-on.ts'
import type { Quotas } from '../actions/quotas.ts'
import { type MailSettings, readMailAddress, readSmtpUrl } from '../mail/mail-settings.ts'
import { isLoopbackHost } from './loopback.ts'
import { readOidc } from './oidc-settings.ts'
import { POSTGRES_URL_FORM, type PostgresConfig, readPostgresUrl } from '../storage/dialects/postgres-url.ts'

export interface SqliteConfig {
  readonly dialect: 'sqlite'
  readonly path: string
  /** those who ask at the same time share a query; see docs/decisions/0010-gathered-queries.md */
  readonly gathersReads: boolean
}

/** Where the data is. */
export type DatabaseConfig = SqliteConfig | PostgresConfig

export interface Config {
  readonly host: string
  readonly port: number
  readonly database: DatabaseConfig
  /** origin under which readers reach the server, without a trailing slash; undefined: as they asked for it */
  readonly publicUrl: string | undefined
  /** proxies whose forwarding headers are believed: how many, or which networks; false believes none */
  readonly trustProxy: number | string[] | false
  /** other origins whose pages may use the API with their visitors' cookies */
  readonly corsOrigins: readonly string[]
  /** `oidc`: who signs in at the provider gets an account, and nobody else */
  readonly signUp: 'open' | 'closed' | 'oidc'
  readonly passwordSignIn: boolean
  /** the provider of single sign-on */
  readonly oidc: OidcConfig | undefined
  readonly unverifiedEmails: UnverifiedEmailPolicy
  /** it listens to this machine alone, and no public URL says otherwise */
  readonly serverIsLoopback: boolean
  readonly metricsToken: string | undefined
  /** undefined sends no mail */
  readonly mail: MailSettings | undefined
  /** webhooks may be on this machine and its network, and speak http */
  readonly privateWebhooks: boolean
  /** how people reach the operator: an email, an address of a page, or words */
  readonly operatorContact: string | undefined
  readonly sessionDays: number
  /** whether a link that others can open may be made to a chat with secrets in it */
  readonly secrets: 'warn' | 'refuse'
  readonly logLevel: LogLevel
  /** what one account may have and do */
  readonly quotas: Quotas
  /** how many finished bytes the database keeps; 0 is no limit */
  readonly keptBytes: number
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

type Environment = Readonly<Record<string, string | undefined>>

/** Thrown with one sentence for each setting that is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/**
 * Reads the configuration from the environment; an empty value counts as unset.
 *
 * @throws ConfigError that names every wrong setting and what it should be
 */
export function readConfig(environment: Environment = process.env): Config {
  const problems: string[] = []
  const read = <T>(
    name: string,
    fallback: T,
    parse: (text: string) => T | undefined,
    expected: string,
  ): T => {
    const text = environment[name]?.trim()
    if (text === undefined || text === '') return fallback
    const value = parse(text)
    if (value !== undefined) return value
    // A database URL may carry a password.
    const shown = text.replace(/\/\/.*@/, '//…@')
    problems.push(`${name} is ${JSON.stringify(shown)}, but should be ${expected}.`)
    return fallback
  }

  const host = read('HOST', '127.0.0.1', hostName, 'a host name or address to listen on, such as 127.0.0.1')
  const publicUrl = read<string | undefined>(
    'PUBLIC_URL',
    undefined,
    httpOrigin,
    'the address under which people reach this server, such as https://share.example.com, without a path',
  )
  const metricsToken = environment['METRICS_TOKEN'] || undefined
  if (metricsToken !== undefined && metricsToken.length < 16) {
    // Said without showing it: it is a secret.
    problems.push('METRICS_TOKEN is too short; it should have at least 16 characters.')
  }
  const mail = readMail(read, problems)
  const config: Config = {
    host,
    publicUrl,
    port: read('PORT', 3000, wholeNumber(0, 65535), 'a whole number from 0 to 65535'),
    database: read<DatabaseConfig>(
      'DATABASE_URL',
      { dialect: 'sqlite', path: './data/neptun.db', gathersReads: true },
      readDatabaseUrl,
      DATABASE_URL_FORM,
    ),
    trustProxy: read<Config['trustProxy']>(
      'TRUST_PROXY',
      false,
      proxies,
      'the number of proxies in front of this server, or their addresses as comma-separated CIDRs such as 10.0.0.0/8',
    ),
    corsOrigins: read<readonly string[]>(
      'CORS_ORIGINS',
      [],
      httpOrigins,
      'the origins whose pages may use the API, comma-separated, such as https://app.example.com; * is none',
    ),
    signUp: read<Config['signUp']>(
      'SIGN_UP',
      'open',
      oneOf(['open', 'closed', 'oidc']),
      '"open", "closed" or "oidc"',
    ),
    passwordSignIn: read('PASSWORD_SIGN_IN', true, onOrOff, '"on" or "off"'),
    oidc: readOidc(environment, problems),
    unverifiedEmails: read<UnverifiedEmailPolicy>(
      'UNVERIFIED_EMAILS',
      'refuse',
      oneOf(['trust', 'refuse']),
      '"trust" or "refuse"',
    ),
    serverIsLoopback:
      isLoopbackHost(host) && (publicUrl === undefined || isLoopbackHost(new URL(publicUrl).hostname)),
    metricsToken,
    mail,
    privateWebhooks:
      read<'allow' | 'refuse'>(
        'WEBHOOKS_PRIVATE',
        'refuse',
        oneOf(['allow', 'refuse']),
        '"allow" or "refuse"',
      ) === 'allow',
    operatorContact: read<string | undefined>(
      'OPERATOR_CONTACT',
      undefined,
      oneLine,
      'an email address, the address of a page, or a few words in one line',
    ),
    sessionDays: read('SESSION_DAYS', 7, wholeNumber(1, 400), 'a whole number of days from 1 to 400'),
    quotas: readQuotas(read),
    secrets: read<Config['secrets']>('SECRETS', 'warn', oneOf(['warn', 'refuse']), '"warn" or "refuse"'),
    keptBytes: read('KEPT_MB', 1024, wholeNumber(0, 999_999_999), UNLIMITED_FORM) * MiB,
    logLevel: read<LogLevel>('LOG_LEVEL', 'info', oneOf(LOG_LEVELS), `one of ${LOG_LEVELS.join(', ')}`),
  }
  if (config.oidc === undefined && config.signUp === 'oidc') {
    problems.push('SIGN_UP is "oidc", which needs a provider: set OIDC_ISSUER and OIDC_CLIENT_ID.')
  }
  if (config.oidc === undefined && config.mail === undefined && !config.passwordSignIn) {
    problems.push(
      'PASSWORD_SIGN_IN is "off", which leaves no way to sign in: set OIDC_ISSUER and OIDC_CLIENT_ID, or SMTP_URL and MAIL_FROM for codes by mail.',
    )
  }
  if (problems.length > 0) throw new ConfigError(problems.join('\n'))
  return config
}

const MiB = 1024 * 1024
const UNLIMITED_FORM = 'a whole number; 0 sets no limit'

type Read = <T>(name: string, fallback: T, parse: (text: string) => T | undefined, expected: string) => T

function readMail(read: Read, problems: string[]): MailSettings | undefined {
  const smtpUrl = read<string | undefined>(
    'SMTP_URL',
    undefined,
    readSmtpUrl,
    'the address of a mail server, such as smtp://user:password@mail.example.com:587, or smtps://…',
  )
  const from = read<MailSettings['from'] | undefined>(
    'MAIL_FROM',
    undefined,
    readMailAddress,
    'the address that mails come from, such as "Neptun Share <share@example.com>"',
  )
  if (smtpUrl !== undefined && from) {
    return { smtpUrl, from, isOnThisMachine: isLoopbackHost(new URL(smtpUrl).hostname) }
  }
  if ((smtpUrl !== undefined || from) && problems.length === 0) {
    problems.push('To send mail, set both SMTP_URL and MAIL_FROM; to send none, neither.')
  }
  return undefined
}

function oneLine(text: string): string | undefined {
  return text.length <= 200 && !/\p{Cc}/u.test(text) ? text : undefined
}

function readQuotas(read: Read): Quotas {
  const upTo = (name: string, fallback: number): number =>
    read(name, fallback, wholeNumber(0, 999_999_999), UNLIMITED_FORM)
  return {
    bytes: upTo('QUOTA_MB', 2048) * MiB,
    chats: upTo('QUOTA_CHATS', 50_000),
    shares: upTo('QUOTA_SHARES', 20_000),
    copies: upTo('COPIES_PER_HOUR', 60),
    snapshots: upTo('SNAPSHOTS_PER_HOUR', 120),
    imports: upTo('IMPORTS_PER_HOUR', 120),
  }
}

function hostName(text: string): string | undefined {
  return isIP(text) !== 0 || /^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(text) ? text : undefined
}

function wholeNumber(least: number, most: number): (text: string) => number | undefined {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    return value >= least && value <= most ? value : undefined
  }
}

function oneOf<const T extends string>(values: readonly T[]): (text: string) => T | undefined {
  return (text) => values.find((value) => value === text)
}

function onOrOff(text: string): boolean | undefined {
  return text === 'on' ? true : text === 'off' ? false : undefined
}

function httpOrigin(text: string): string | undefined {
  const url = URL.parse(text)
  if (!url || !['http:', 'https:'].includes(url.protocol)) return undefined
  const isBare = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === ''
  return isBare ? url.origin : undefined
}

function httpOrigins(text: string): string[] | undefined {
  const origins = text.split(',').map((part) => httpOrigin(part.trim()))
  return origins.every((origin) => origin !== undefined) ? origins : undefined
}

const DATABASE_URL_FORM = `a SQLite file such as file:./data/neptun.db, or ${POSTGRES_URL_FORM}`

/** @returns undefined when it names no database */
export function readDatabaseUrl(text: string): DatabaseConfig | undefined {
  return sqliteFile(text) ?? readPostgresUrl(text)
}

function sqliteFile(text: string): SqliteConfig | undefined {
  const [, file, gather = 'on'] = /^(file:.*?)(?:\?gather_reads=(on|off))?$/.exec(text) ?? []
  if (file === undefined) return undefined
  // `file:./data/x.db` is a path from here, as everyone writes it; `file:///data/x.db` is a URL.
  const path = file.startsWith('file://') ? pathOfFileUrl(file) : file.slice('file:'.length)
  return path ? { dialect: 'sqlite', path, gathersReads: gather === 'on' } : undefined
}

function pathOfFileUrl(text: string): string | undefined {
  try {
    return fileURLToPath(text)
  } catch {
    return undefined
  }
}

function proxies(text: string): number | string[] | undefined {
  const hops = wholeNumber(1, 32)(text)
  if (hops !== undefined) return hops
  const networks = text.split(',').map((network) => network.trim())
  return networks.every(isNetwork) ? networks : undefined
}

function isNetwork(text: string): boolean {
  return ipaddr.isValid(text) || ipaddr.isValidCIDR(text)
}
