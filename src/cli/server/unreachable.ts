import { Failure } from '../failure.ts'

/** @param error why there is no answer, or no whole one */
export function unreachable(server: string, error: unknown): Failure {
  const cause = causeOf(error)
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const certificate = CERTIFICATE_PROBLEMS[code]
  if (certificate !== undefined)
    return new Failure('unreachable', `${server} can't be trusted: ${certificate}`)
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return new Failure(
      'unreachable',
      `${server} doesn't speak TLS as it should. Is it a server of http: rather than https:?`,
    )
  }
  if (code === 'ENOTFOUND') {
    return new Failure('unreachable', `${server} can't be reached: there is no such name. Check the address.`)
  }
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new Failure('unreachable', `${server} can't be reached: ${reason}. Is the server running?`)
}

const OWN_AUTHORITY = 'If it is your own, name its authority with NODE_EXTRA_CA_CERTS=FILE.pem.'
/** What is wrong with a certificate, by Node's codes. */
const CERTIFICATE_PROBLEMS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: `its certificate is signed by nobody but itself. ${OWN_AUTHORITY}`,
  SELF_SIGNED_CERT_IN_CHAIN: `its certificate comes from an authority that this machine doesn't know. ${OWN_AUTHORITY}`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `its certificate comes from an authority that this machine doesn't know. ${OWN_AUTHORITY}`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: `its certificate comes from an authority that this machine doesn't know. ${OWN_AUTHORITY}`,
  CERT_HAS_EXPIRED: 'its certificate has expired. Its operator has to renew it.',
  CERT_NOT_YET_VALID: "its certificate isn't valid yet. Check this machine's clock.",
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name. Check the address.',
}

/** fetch says only "fetch failed"; what failed is its cause. */
function causeOf(error: unknown): unknown {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error
  return cause instanceof AggregateError ? cause.errors[0] : cause
}
