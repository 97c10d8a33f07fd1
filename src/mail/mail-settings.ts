import { MAX_EMAIL_LENGTH, normaliseEmail } from '../accounts/email.ts'

/** How mail leaves the server. */
export interface MailSettings {
  /** of the mail server: `smtp://` or `smtps://`, with user and password */
  readonly smtpUrl: string
  /** the mail server is this machine */
  readonly isOnThisMachine: boolean
  readonly from: MailAddress
}

export interface MailAddress {
  /** empty where there is none */
  readonly name: string
  readonly address: string
}

/** @returns undefined when the text is no address of a mail server */
export function readSmtpUrl(text: string): string | undefined {
  const url = URL.parse(text)
  const isMail = url?.protocol === 'smtp:' || url?.protocol === 'smtps:'
  return isMail && url.hostname !== '' && (url.pathname === '' || url.pathname === '/') ? text : undefined
}

/** Reads `share@example.com` or `Neptun Share <share@example.com>`. @returns undefined when it is neither */
export function readMailAddress(text: string): MailAddress | undefined {
  const match = /^([^<>"\p{Cc}]*)<([^<>]+)>$/u.exec(text)
  const [name = '', address = text] = match ? [match[1], match[2]] : []
  if (address.length > MAX_EMAIL_LENGTH || normaliseEmail(address) === undefined) return undefined
  return { name: name.trim(), address: address.trim() }
}
