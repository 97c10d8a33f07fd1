import { STATUS_CODES } from 'node:http'
import { type ShareInfo, unknownShareInfo } from '../../sharing/share-info.ts'
import type { InputIssue } from '../../actions/refusal.ts'
import type { ChatFinding } from '../../actions/scanning/scan-chat.ts'
import { presentFinding } from '../output/present.ts'

/** The one shape of errors. */
export interface ErrorBody {
  readonly statusCode: number
  readonly statusMessage: string
  readonly message: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Which family of routes answers: what its clients expect in `data` differs, and people expect a page. */
export type ErrorStyle = 'plain' | 'auth' | 'shared-chat' | 'page'

export interface ErrorFacts {
  readonly status: number
  readonly message: string
  readonly statusMessage?: string
  /** for a 400: each thing that is wrong */
  readonly issues?: readonly InputIssue[]
  /** for a link that is refused for what is in the chat */
  readonly findings?: readonly ChatFinding[]
  /** for errors about a shared chat; where nothing is known every flag is false */
  readonly shareInfo?: ShareInfo
}

/** Writes an error down the way the family's clients read it. */
export function errorBody(style: ErrorStyle, facts: ErrorFacts): ErrorBody {
  const { status, message } = facts
  return {
    statusCode: status,
    statusMessage: facts.statusMessage ?? STATUS_CODES[status] ?? 'Error',
    message,
    data: dataOf(style, facts),
  }
}

function dataOf(
  style: ErrorStyle,
  { status, message, issues, findings, shareInfo }: ErrorFacts,
): ErrorBody['data'] {
  if (style === 'shared-chat') return { shareInfo: shareInfo ?? unknownShareInfo }
  if (issues) return { message, name: 'ValidationError', issues }
  if (findings)
    return { message, name: 'SecretsError', code: 'secrets', findings: findings.map(presentFinding) }
  if (style === 'auth' && status === 401) return { message, name: 'AuthenticationError', issues: [] }
  if (status === 409) return { message, name: 'ConflictError', issues: [] }
  return { message }
}
