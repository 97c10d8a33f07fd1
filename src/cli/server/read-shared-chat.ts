import { ApiProblem } from '../../client/api-problem.ts'
import type { Answer, Client, SharedChatApi } from '../../client/client.ts'
import type { ExportFormat } from '../../client/types.ts'
import { ask } from '../../terminal/ask.ts'
import { Failure } from '../failure.ts'
import { askPassword, readPasswordFile } from '../passwords.ts'
import { connect, failureOf, notSignedIn, strangeAnswer } from './api.ts'
import type { Session } from './session-file.ts'

const TRIES = 3
const CODE_TRIES = 5

/**
 * Reads a shared chat as any reader may: with the session if there is one, and with its password, which is asked for when
 * it is needed. Counts as a view for everyone but the owner.
 *
 * @param passwordFile where the password is, instead of asking for it
 */
export async function readSharedChat(
  server: string,
  session: Session | undefined,
  uuid: string,
  format: ExportFormat,
  passwordFile: string | undefined,
): Promise<string | Buffer> {
  const client = connect(server, session)
  try {
    return contentOf(await read(client, client.sharedChat(uuid), format, passwordFile), server)
  } catch (error) {
    throw error instanceof ApiProblem ? refusalOf(error, server, session) : error
  }
}

/** What the server wrote: it hands out chats as attachments, and other servers whatever is there. */
export function contentOf({ headers, bytes, text }: Answer, server: string): string | Buffer {
  if (!/^attachment\b/i.test(headers.get('content-disposition') ?? '')) throw strangeAnswer(server)
  return headers.get('content-type') === 'application/zip' ? Buffer.from(bytes) : text
}

async function read(
  client: Client,
  chat: SharedChatApi,
  format: ExportFormat,
  passwordFile: string | undefined,
): Promise<Answer> {
  const first = await tried(chat.export(format))
  if (!(first instanceof ApiProblem)) return first
  const isLocked = first.status === 401 && first.shareInfo?.shareHasPassword === true
  if (isLocked) await unlock(chat, passwordFile)
  const second = isLocked ? await tried(chat.export(format)) : first
  if (!(second instanceof ApiProblem)) return second
  // Where the list is all that is left, whoever reads the mail of somebody listed is one of them.
  const isForListed =
    (second.status === 401 || second.status === 403) && first.shareInfo?.shareHasWhitelist === true
  if (!isForListed || !process.stdin.isTTY || !(await sendsMail(client))) throw second
  await proveEmail(chat)
  return chat.export(format)
}

/** @returns the problem, rather than throwing it */
async function tried<T>(work: Promise<T>): Promise<T | ApiProblem> {
  return work.catch((error: unknown) => {
    if (error instanceof ApiProblem) return error
    throw error
  })
}

async function unlock(chat: SharedChatApi, passwordFile: string | undefined): Promise<void> {
  const isAsked = passwordFile === undefined && process.stdin.isTTY
  for (let tries = 1; ; tries++) {
    const password =
      passwordFile === undefined
        ? await askPassword('Password of this chat: ')
        : readPasswordFile(passwordFile)
    const problem = await tried(chat.unlock(password))
    if (problem === undefined) return
    if (problem.status !== 401) throw problem
    if (!isAsked || tries === TRIES) throw new Failure('refused', 'That is not the password of this chat.')
    process.stderr.write('Wrong password. ')
  }
}

async function sendsMail(client: Client): Promise<boolean> {
  const facts = await tried(client.serverFacts())
  return !(facts instanceof ApiProblem) && facts.sends_mail
}

/** Proves an email by a code. */
async function proveEmail(chat: SharedChatApi): Promise<void> {
  process.stderr.write(
    'This chat was shared with certain people. A code by mail shows that you are one of them.\n',
  )
  const email = (await ask('Your email: ')).trim()
  if (email === '') throw new Failure('usage', 'No email was given; nothing was done.')
  await chat.askForCode(email)
  process.stderr.write(
    `If the chat is shared with ${email}, a mail with a code is on its way. It takes a minute at most.\n`,
  )
  for (let tries = 1; ; tries++) {
    const code = await ask('Code from the mail: ')
    if (code.trim() === '') throw new Failure('usage', 'No code was given; nothing was done.')
    const problem = await tried(chat.enterCode(email, code))
    if (problem === undefined) return
    if (problem.status !== 401) throw problem
    if (tries === CODE_TRIES) {
      throw new Failure(
        'refused',
        'That code doesn’t count, or no longer. Run the command again for a new one.',
      )
    }
    process.stderr.write('That code doesn’t count. Look for the newest mail. ')
  }
}

/** Why a reader gets nothing, once the password isn't the reason. */
function refusalOf(problem: ApiProblem, server: string, session: Session | undefined): Failure {
  const { status, shareInfo } = problem
  if (shareInfo === undefined) return failureOf(problem, server)
  if (status === 401)
    return notSignedIn(
      server,
      'Only certain people can read this chat. On a terminal, this command takes a code by mail where the server sends it.',
    )
  if (status === 403) {
    const who = session?.email ?? 'You'
    return new Failure(
      'refused',
      `${who} may not read this chat: the address isn’t confirmed, or the chat isn’t shared with it.`,
      { status },
    )
  }
  if (status === 404 && shareInfo.shareExists) {
    return new Failure('not-found', 'This link is paused, expired or used up.', { status })
  }
  if (status === 404) return new Failure('not-found', 'There is no chat under this link.', { status })
  return failureOf(problem, server)
}
