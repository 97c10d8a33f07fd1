import type { OpenedShare } from '../../reading/open-share.ts'
import type { ViewDecision } from '../../reading/outcome-of.ts'
import type { Answer } from '../pipeline/answer.ts'
import { VIEW_LIFETIME } from '../../sharing/limits.ts'
import { setCookie, viewCookieName } from '../input/cookies.ts'
import type { HttpSettings } from '../pipeline/http-settings.ts'

/** Answers about an open share may be kept and asked about again; all others are never stored. */
export function isOpenToAll({ info, isOwner }: ViewDecision): boolean {
  return !isOwner && !info.shareIsPrivate && !info.shareHasPassword && !info.shareHasWhitelist
}

/** How an answer about what is shown may be kept: a browser asks about an open share again each time, so that a pause is obeyed at once. */
export function cachingOf(decision: ViewDecision): string {
  return isOpenToAll(decision) ? 'private, no-cache' : 'private, no-store'
}

/**
 * The answer to a visitor who may view a share.
 *
 * @param about headers that tell what a format is
 * @param sent headers that go with its bytes alone
 * @returns undefined where the chat isn't shown
 */
export function shownShare(
  { decision, body, isUnmodified, isUntold, grantedView }: OpenedShare,
  settings: Pick<HttpSettings, 'deviceCookie' | 'isSecure'>,
  about: Readonly<Record<string, string>>,
  sent: Readonly<Record<string, string>> = {},
): Answer | undefined {
  const { session, device } = decision
  const cookies = device === undefined ? [] : [settings.deviceCookie(device)]
  if (grantedView !== undefined && decision.share) {
    cookies.push(viewCookie(decision.share.uuid, grantedView, settings.isSecure))
  }
  const caching = cachingOf(decision)
  if (isUntold)
    return { headers: { ...about, 'cache-control': caching }, session, cookies, isLengthUntold: true }
  if (!body) return undefined
  const { etag } = body
  if (isUnmodified) {
    return { status: 304, headers: { ...about, 'cache-control': caching, etag }, session, cookies }
  }
  return { parts: body, headers: { ...about, ...sent, 'cache-control': caching, etag }, session, cookies }
}

/** Who opens a link in the same second as the one before is given the same. */
let lastCookie = { token: '', cookie: '' }

function viewCookie(uuid: string, token: string, isSecure: boolean): string {
  if (lastCookie.token !== token) {
    const cookie = setCookie(viewCookieName(uuid), token, VIEW_LIFETIME / 1000, isSecure)
    lastCookie = { token, cookie }
  }
  return lastCookie.cookie
}
