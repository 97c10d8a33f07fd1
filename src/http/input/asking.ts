import type { ChatFormat } from '../../reading/chat-format.ts'
import type { Asking } from '../../reading/open-share.ts'
import { type AskedRequest, leftSignal } from '../pipeline/asked.ts'
import { namesEtag } from './negotiate.ts'

/** How a request asks for a chat. */
export function askingOf(request: AskedRequest, format: ChatFormat, mayUseUpView = true): Asking {
  return {
    format,
    has: (etag) => request.method !== 'POST' && namesEtag(request.headers['if-none-match'], etag),
    isHead: request.method === 'HEAD',
    left: () => leftSignal(request),
    mayUseUpView,
    grantsView: false,
  }
}
