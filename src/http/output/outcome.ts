import type { ViewDecision } from '../../reading/outcome-of.ts'
import type { Outcome } from '../../sharing/who-may-view.ts'
import type { ErrorFacts } from '../pipeline/error-body.ts'

interface RefusedOutcome {
  readonly status: number
  readonly statusMessage: string
  readonly message: string
}

const unauthorized: RefusedOutcome = {
  status: 401,
  statusMessage: 'Unauthorized (incorrect credentials)',
  message: 'You are not authorized to view this chat.',
}

/** Programs are told the same of an email that isn't confirmed as of one that isn't listed; pages say which it is. */
const notOnWhitelist: RefusedOutcome = {
  status: 403,
  statusMessage: 'Forbidden (not on whitelist)',
  message: 'You are not on the whitelist.',
}

const refused: Record<Exclude<Outcome, 'show'>, RefusedOutcome> = {
  'not-found': {
    status: 404,
    statusMessage: 'Not Found (share not found)',
    message: 'The share does not exist.',
  },
  inactive: {
    status: 404,
    statusMessage: 'Not Found (share not active)',
    message: 'The share is not active.',
  },
  'too-many-tries': {
    status: 429,
    statusMessage: 'Too Many Requests',
    message: 'Too many attempts. Try again later.',
  },
  'ask-password': unauthorized,
  'ask-sign-in': unauthorized,
  'confirm-email': notOnWhitelist,
  'not-listed': notOnWhitelist,
}

export function outcomeStatus(outcome: Outcome): number {
  return outcome === 'show' ? 200 : refused[outcome].status
}

/** What a decision that shows nothing is in HTTP. */
export function refusedView(decision: ViewDecision): ErrorFacts & { readonly retryAfter?: number } {
  if (decision.outcome === 'show') throw new Error('A shown share is not refused.')
  const { retryAfterSeconds } = decision
  return {
    ...refused[decision.outcome],
    shareInfo: decision.info,
    ...(retryAfterSeconds === undefined ? {} : { retryAfter: retryAfterSeconds }),
  }
}
