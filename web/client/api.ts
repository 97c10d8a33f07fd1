import { createClient } from '../../src/client/client.ts'
import type { AccountApi, Share } from '../../src/client/client.ts'
import { usePasskey } from '../session/passkeys.ts'
import { signInAgain } from '../session/session-ended.ts'

// What the app asks of the API by the client that programs have, and what only pages ask for.

/** Whoever looks at the page can give up themselves. */
const PATIENCE_MS = 120_000

/** Where the session has ended, the person signs in again and the same goes out once more: nothing they wrote is lost. */
export const client = createClient({ onSessionEnd: signInAgain, timeoutMs: PATIENCE_MS })

export async function logInByPasskey() {
  return client.logInByPasskey(await usePasskey(await client.passkeyOptions()))
}

/** The links of these chats, the main one first. */
export async function sharesOf(api: AccountApi, chatIds: readonly number[]): Promise<Share[]> {
  if (chatIds.length === 0) return []
  const { shares } = await api.linksPage({ chat_id: chatIds.join(), limit: 200, order_by: 'created_at:asc' })
  return shares.toSorted((a, b) => Number(a.label !== null) - Number(b.label !== null))
}

/** Where the page is that a visitor would get. */
export function previewAddress(
  { userId }: AccountApi,
  share: Share,
  visitor: { readonly email?: string; readonly has_password?: boolean },
): string {
  const query = new URLSearchParams({
    ...(visitor.email === undefined ? {} : { email: visitor.email }),
    has_password: String(visitor.has_password ?? false),
  })
  return `/api/users/${userId}/chats/${share.chat_conversation_id}/shares/${share.id}/preview?${query}`
}

/** Asked, as the browser only knows whether there is a network: a server on this machine needs none. */
export async function isServerReachable(): Promise<boolean> {
  return fetch('/health', { method: 'HEAD' }).then(
    () => true,
    () => false,
  )
}
