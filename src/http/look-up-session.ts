import type { Context, Session } from '../actions/context.ts'
import { findSession } from '../actions/find-session.ts'
import type { Soon } from '../soon.ts'
import { type AskedRequest, sessionTokenOf } from './asked.ts'

/** A session that was presented and is valid; `isRenewed` asks for a cookie that lives on as long. */
export type PresentedSession = Session & { readonly isRenewed: boolean }

export function lookUpSession(request: AskedRequest, context: Context): Soon<PresentedSession | undefined> {
  const token = sessionTokenOf(request)
  return token === undefined ? undefined : findSession(context, token)
}
