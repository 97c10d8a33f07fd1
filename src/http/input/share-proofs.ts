import type { Origin, Session } from '../../actions/context.ts'
import type { Proofs } from '../../reading/decide-view.ts'
import type { AskedRequest } from '../pipeline/asked.ts'
import type { HttpSettings } from '../pipeline/http-settings.ts'
import { tokenHash as hashOf } from '../../secrets/tokens.ts'
import { cookieOf, READER_COOKIE, unlockCookieName } from './cookies.ts'
import { presentedPassword } from './presented-password.ts'

/**
 * What a request brings along to open a share: a session or a program's token, the cookie of an unlock, a password by HTTP Basic.
 *
 * @param uuid the share's name in lower case; undefined when it isn't a UUID
 */
export function shareProofs(
  uuid: string | undefined,
  asked: {
    readonly tokenHash: string | undefined
    readonly session: Session | undefined
    readonly from: Origin
    readonly request: AskedRequest
  },
  { isSecure }: Pick<HttpSettings, 'isSecure'>,
): Proofs {
  const { tokenHash, session, from, request } = asked
  return {
    tokenHash,
    account: session?.token && session,
    readerHash: readerHashOf(request, isSecure),
    unlockToken:
      uuid === undefined || request.headers.cookie === undefined
        ? undefined
        : cookieOf(request, unlockCookieName(uuid), isSecure),
    password: presentedPassword(request.headers.authorization),
    from,
  }
}

/** The digest of the reader cookie's token that came with the request. */
export function readerHashOf(request: AskedRequest, isSecure: boolean): string | undefined {
  const token = cookieOf(request, READER_COOKIE, isSecure)
  return token === undefined ? undefined : hashOf(token)
}
