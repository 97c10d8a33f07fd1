import assert from 'node:assert/strict'
import type { Answer } from './client.ts'
import { readAs, shapes, type ShareInfo } from './shapes.ts'

/** Checks of refusals, word by word as the contract has them. */

type NotFound =
  | 'User not found'
  | 'Chat not found'
  | 'Share not found'
  | 'Message not found'
  | 'Whitelist entry not found'
  | 'Session not found'
  | 'Token not found'
  | 'Passkey not found'
  | 'Route not found'

export function expectNotFound(answer: Answer, message: NotFound): void {
  assert.equal(answer.status, 404, `${answer.request} → ${answer.status} ${answer.text.slice(0, 500)}`)
  const statusMessage = 'Not Found'
  assert.deepEqual(answer.json(), { statusCode: 404, statusMessage, message, data: { message } })
  expectNoPopUp(answer)
}

/** No session, or one that doesn't count any more. */
export function expectNoSession(answer: Answer): void {
  expectPlain(answer, 401, 'Unauthorized')
}

export function expectForbidden(answer: Answer): void {
  expectPlain(answer, 403, 'Forbidden')
}

/** 400 with `data` saying what is wrong; `expected` is what the status message must be, if the contract says. */
export function expectInvalid(answer: Answer, expected?: string | RegExp): void {
  assert.equal(answer.status, 400, `${answer.request} → ${answer.status} ${answer.text.slice(0, 500)}`)
  const { statusCode, statusMessage } = readAs(shapes.validationError, answer)
  assert.equal(statusCode, 400)
  assert.match(statusMessage, /^Bad Request/)
  if (typeof expected === 'string') assert.equal(statusMessage, expected)
  if (expected instanceof RegExp) assert.match(statusMessage, expected)
}

/** The refusals of `/api/auth/*`: `data` has also a name and no issues. */
export function expectAuthRefusal(answer: Answer, status: 401 | 409, message?: string): void {
  assert.equal(answer.status, status, `${answer.request} → ${answer.status} ${answer.text.slice(0, 500)}`)
  const error = readAs(shapes.authError, answer)
  assert.equal(error.statusCode, status)
  assert.equal(error.data.message, error.message)
  if (message !== undefined) assert.equal(error.message, message)
  expectNoPopUp(answer)
}

export function expectPlain(answer: Answer, status: number, statusMessage?: string): void {
  assert.equal(answer.status, status, `${answer.request} → ${answer.status} ${answer.text.slice(0, 500)}`)
  const error = readAs(shapes.plainError, answer)
  assert.equal(error.statusCode, status)
  assert.equal(error.data.message, error.message)
  if (statusMessage !== undefined) assert.equal(error.statusMessage, statusMessage)
  expectNoPopUp(answer)
}

export function expectTooManyTries(answer: Answer): void {
  assert.equal(answer.status, 429, `${answer.request} → ${answer.status} ${answer.text.slice(0, 500)}`)
  expectRetryAfter(answer)
}

/** The rows by which a share refuses, with the contract's words. */
export const rows = {
  notFound: {
    status: 404,
    statusMessage: 'Not Found (share not found)',
    message: 'The share does not exist.',
  },
  inactive: {
    status: 404,
    statusMessage: 'Not Found (share not active)',
    message: 'The share is not active.',
  },
  tooManyTries: {
    status: 429,
    statusMessage: 'Too Many Requests',
    message: 'Too many attempts. Try again later.',
  },
  unauthorized: {
    status: 401,
    statusMessage: 'Unauthorized (incorrect credentials)',
    message: 'You are not authorized to view this chat.',
  },
  notListed: {
    status: 403,
    statusMessage: 'Forbidden (not on whitelist)',
    message: 'You are not on the whitelist.',
  },
} as const

const nothingKnown: ShareInfo = {
  shareExists: false,
  shareIsActive: false,
  shareIsPrivate: false,
  shareHasPassword: false,
  shareHasWhitelist: false,
}

/** All a visitor learns of a share that is paused, expired or used up. */
const onlyThatItExists: ShareInfo = { ...nothingKnown, shareExists: true }

const impliedInfo = { notFound: nothingKnown, inactive: onlyThatItExists }

/** A refusal of the route that opens a share, or of its unlock route: the row's words and the share's flags. */
export function expectRow(answer: Answer, name: 'notFound' | 'inactive'): void
export function expectRow(answer: Answer, name: keyof typeof rows, info: ShareInfo): void
export function expectRow(answer: Answer, name: keyof typeof rows, info?: ShareInfo): void {
  const { status, statusMessage, message } = rows[name]
  assert.equal(answer.status, status, `${answer.request} → ${answer.status} ${answer.text.slice(0, 500)}`)
  const shareInfo = info ?? (name === 'notFound' || name === 'inactive' ? impliedInfo[name] : undefined)
  assert.deepEqual(answer.json(), { statusCode: status, statusMessage, message, data: { shareInfo } })
  expectNoPopUp(answer)
  if (status === 429) expectRetryAfter(answer)
}

/** Flags of an active share. */
export function info(flags: {
  readonly isPrivate?: boolean
  readonly password?: boolean
  readonly whitelist?: boolean
}): ShareInfo {
  return {
    shareExists: true,
    shareIsActive: true,
    shareIsPrivate: flags.isPrivate ?? false,
    shareHasPassword: flags.password ?? false,
    shareHasWhitelist: flags.whitelist ?? false,
  }
}

function expectNoPopUp(answer: Answer): void {
  assert.equal(answer.headers.get('www-authenticate'), null)
}

function expectRetryAfter(answer: Answer): void {
  assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/)
}
