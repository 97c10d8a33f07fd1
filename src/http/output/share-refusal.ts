import type { ViewDecision } from '../../reading/outcome-of.ts'
import type { Answer } from '../pipeline/answer.ts'
import { errorBody } from '../pipeline/error-body.ts'
import { refusedView } from './outcome.ts'

/** The answer to a visitor who may not view a share, as clients of shared chats read it. */
export function refuseShare(decision: ViewDecision): Answer {
  const facts = refusedView(decision)
  const body = errorBody('shared-chat', facts)
  return {
    status: facts.status,
    statusMessage: body.statusMessage,
    body,
    session: decision.session,
    asksPassword: decision.outcome === 'ask-password',
    ...(facts.retryAfter === undefined ? {} : { headers: { 'retry-after': String(facts.retryAfter) } }),
  }
}
