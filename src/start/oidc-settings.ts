import { readFileSync } from 'node:fs'
import type { OidcConfig } from '../actions/accounts/single-sign-on.ts'
import { isLoopbackHost } from './loopback.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads what single sign-on needs; undefined where nothing of it is set.
 *
 * @param problems gets a sentence for each setting that is wrong
 */
export function readOidc(environment: Environment, problems: string[]): OidcConfig | undefined {
  const textOf = (name: string): string | undefined => environment[name]?.trim() || undefined
  const issuer = textOf('OIDC_ISSUER')
  const clientId = textOf('OIDC_CLIENT_ID')
  const name = textOf('OIDC_NAME') ?? 'single sign-on'
  const clientSecret = readSecret(environment, problems)
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return undefined
  if (issuer === undefined) problems.push('OIDC_ISSUER is unset; it names the provider to sign in by.')
  else if (!isIssuer(issuer)) {
    const form = 'the address of an OpenID Connect provider, by https unless it is on this machine'
    problems.push(`OIDC_ISSUER is ${JSON.stringify(issuer)}, but should be ${form}.`)
  }
  if (clientId === undefined)
    problems.push('OIDC_CLIENT_ID is unset; it is what the provider knows this server by.')
  if (name.length > 60) problems.push('OIDC_NAME is too long for a button; at most 60 characters.')
  return { issuer: issuer ?? '', clientId: clientId ?? '', clientSecret, name }
}

function readSecret(environment: Environment, problems: string[]): string | undefined {
  const secret = environment['OIDC_CLIENT_SECRET'] || undefined
  const file = environment['OIDC_CLIENT_SECRET_FILE'] || undefined
  if (file === undefined) return secret
  if (secret !== undefined) {
    problems.push('OIDC_CLIENT_SECRET and OIDC_CLIENT_SECRET_FILE are both set; set one.')
    return secret
  }
  try {
    return readFileSync(file, 'utf8').trim() || undefined
  } catch {
    problems.push(`OIDC_CLIENT_SECRET_FILE names ${file}, which can't be read.`)
    return undefined
  }
}

/** Whoever stands between us and the provider could sign in as anyone. */
function isIssuer(text: string): boolean {
  const url = URL.parse(text)
  if (!url || url.search !== '' || url.hash !== '' || url.username !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname))
}
