import type { LiveSession } from '../../reading/find-session.ts'
import type { Body } from '../../reading/kept-bodies.ts'

export type Headers = Record<string, string | number | string[]>

/** What an endpoint answers. A body that isn't bytes, text or a stream goes out as JSON. */
export interface Answer {
  readonly status?: number
  /** the reason phrase, where it isn't the status's own: some clients read that */
  readonly statusMessage?: string
  /** bytes, in place of a body */
  readonly parts?: Omit<Body, 'etag'>
  /** `undefined` sends no body */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly cookies?: readonly string[]
  /** a share's password is missing or wrong: programs are told how to send one */
  readonly asksPassword?: boolean
  /** of an answer to HEAD whose length would tell something */
  readonly isLengthUntold?: boolean
  /** that the action found; its cookie is renewed along with it */
  readonly session?: LiveSession | undefined
}

/** Headers of every answer: ours are for the asker alone, never sniffed, framed or indexed. */
export const BASE_HEADERS = {
  'cache-control': 'private, no-store',
  vary: 'Cookie, Authorization, Accept',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex, nofollow, noarchive',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy':
    'accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(self), geolocation=(), ' +
    'gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(self), ' +
    'screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()',
} as const

/** Besides, where people reach the server by https: browsers come by nothing else for a year. */
export const HTTPS_HEADERS = { ...BASE_HEADERS, 'strict-transport-security': 'max-age=31536000' } as const
