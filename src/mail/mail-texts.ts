import type { Mail } from './mail.ts'
import type { MailPart } from './write-mail.ts'

/** A mail's words: the only place that has them. */
export interface MailText {
  readonly subject: string
  readonly parts: readonly MailPart[]
  /** who sends this, and why */
  readonly footer: string
}

const NO_HARM = 'If that wasn’t you, you can ignore this mail: without the code nothing happens.'
const TELL_NOBODY = 'Enter it only where you asked for it. Nobody from the server will ever ask you for it.'

/** What a mail says. @param contact how to reach the operator; undefined where they don't say */
export function mailText(mail: Mail, contact: string | undefined): MailText {
  const server = new URL(mail.origin).host
  const sender = `Sent by Neptun Share at ${server}`
  const operator = contact === undefined ? '' : ` Questions? Write to the operator of the server: ${contact}.`
  const footer = (why: string): string => `${sender}, ${why}.${operator}`
  switch (mail.kind) {
    case 'reading-code':
      return {
        subject: 'Your code to read a shared chat',
        parts: [
          {
            text: `Somebody, probably you, wants to read a chat that was shared with this address at ${server}.`,
          },
          { text: 'This is the code. It counts once, for 10 minutes:' },
          { code: mail.code },
          { text: `${TELL_NOBODY} ${NO_HARM}` },
        ],
        footer: footer('because your address was entered on the page of a shared chat'),
      }
    case 'sign-in-code':
      return {
        subject: 'Your code to sign in',
        parts: [
          { text: `Somebody, probably you, wants to sign in at ${server} with this address.` },
          { text: 'This is the code. It counts once, for 10 minutes:' },
          { code: mail.code },
          { text: `${TELL_NOBODY} ${NO_HARM}` },
        ],
        footer: footer('because your address was entered to sign in'),
      }
    case 'confirming-code':
      return {
        subject: 'Your code to confirm your address',
        parts: [
          { text: `Somebody, probably you, has an account at ${server} with this address.` },
          {
            text: 'To confirm that the address is yours, enter this code there. It counts once, for 10 minutes:',
          },
          { code: mail.code },
          { text: `${TELL_NOBODY} ${NO_HARM}` },
          {
            text: 'You have no account there? Then somebody else typed your address. Don’t pass the code on: it would let them read what is shared with you.',
          },
        ],
        footer: footer('because your address was entered for an account'),
      }
    case 'invitation':
      return {
        subject: `${mail.owner} shares a chat with you`,
        parts: [
          { text: `${mail.owner} shares a conversation with an AI with you.` },
          { link: mail.url, name: 'Read the chat' },
          {
            text: 'The page asks for this address and sends you a code; you need no account. If the chat has a password too, you get it from the person who shares it.',
          },
        ],
        footer: footer(`because ${mail.owner} entered your address`),
      }
    case 'access-request':
      return {
        subject: 'Somebody asks to read a chat of yours',
        parts: [
          {
            text: `${mail.reader} has one of your links and asks to read the chat behind it. The address is confirmed.`,
          },
          { link: `${mail.origin}/links`, name: 'Look at the request' },
          { text: 'They see nothing unless you add them. You can also leave it as it is.' },
        ],
        footer: footer('because you own the link; you can turn these mails off on your account’s page'),
      }
    case 'access-granted':
      return {
        subject: 'You may read the chat now',
        parts: [
          { text: `You asked to read a chat of ${mail.owner}, and they have added you.` },
          { link: mail.url, name: 'Read the chat' },
        ],
        footer: footer('because you asked to read the chat'),
      }
    case 'first-read':
      return {
        subject: 'Somebody has read a chat of yours',
        parts: [
          {
            text: `${mail.reader ?? 'Somebody'} has read a chat that you share, for the first time since you asked to be told.`,
          },
          { link: mail.url, name: 'Look at the chat' },
          { text: 'Its link shows on which days it is read. No further mail comes for it.' },
        ],
        footer: footer('because you asked for one mail at the first read of a link'),
      }
    case 'address-changed':
      return {
        subject: 'Your account has another address now',
        parts: [
          { text: `The address of your account at ${server} was changed; this one no longer belongs to it.` },
          {
            text: 'If that wasn’t you, somebody knows your password: tell the operator of the server, and change the password wherever else you use it.',
          },
        ],
        footer: footer('because this was the address of your account'),
      }
    case 'test':
      return {
        subject: 'A test mail from Neptun Share',
        parts: [{ text: `Mail from ${server} arrives. There is nothing to do.` }],
        footer: footer('because its operator tried whether mail arrives'),
      }
  }
}
