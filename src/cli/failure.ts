/** Exit codes by what went wrong. They are documented in `--help`, so they stay. */
export const EXIT_CODES = {
  failed: 1,
  usage: 2,
  'not-signed-in': 3,
  refused: 4,
  'not-found': 4,
  unreachable: 5,
} as const

export type FailureCode = keyof typeof EXIT_CODES

/** Why a command can't go on: a code for programs, and a sentence for people that says what to do. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: FailureCode
  /** More about it for programs; part of the error with `--json`. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: FailureCode, message: string, details: Failure['details'] = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
