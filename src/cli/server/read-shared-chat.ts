import type { Static } from 'typebox'
import { Check } from 'typebox/value'
import { SharedChatError } from '../../contract/common.ts'
import { type Answer, type Api, failureOf, notSignedIn, parseJson, strangeAnswer } from './api.ts'
import { ServerFacts } from '../../contract/service.ts'
import { ask } from '../../terminal/ask.ts'
import { Failure } from '../failure.ts'
import { askPassword, readPasswordFile } from '../passwords.ts'

const TRIES = 3
const CODE_TRIES = 5

type ShareInfo = Static<typeof SharedChatError>['data']['shareInfo']

/**
 * Reads a shared chat as any reader may: with the session if there is one, and with its password, which is asked for when
 * it is needed. Counts as a view for everyone but the owner.
 *
 * @param passwordFile where the password is, instead of asking for it
 */
export async function readSharedChat(
  api: Api,
  uuid: string,
  format: string,
  passwordFile: string | undefined,
): Promise<string | Buffer> {
  const path = `/api/shared/chats/${uuid}`
  const read = (cookies: readonly string[] = []): Promise<Answer> =>
    api.send('GET', `${path}/export?format=${format}`, { cookies })

  const first = await read()
  if (first.status === 200) return contentOf(first, api.server)
  const info = infoOf(first)
  const unlocked =
    first.status === 401 && info?.shareHasPassword === true ? await unlock(api, path, passwordFile) : []
  const second = unlocked.length === 0 ? first : await read(unlocked)
  if (second.status === 200) return contentOf(second, api.server)
  // Where the list is all that is left, whoever reads the mail of somebody listed is one of them.
  const isForListed = (second.status === 401 || second.status === 403) && info?.shareHasWhitelist === true
  if (!isForListed || !process.stdin.isTTY) throw refusalOf(second, api)
  const proved = await proveEmail(api, path)
  if (!proved) throw refusalOf(second, api)
  const third = await read([...unlocked, ...proved])
  if (third.status === 200) return contentOf(third, api.server)
  throw refusalOf(third, api)
}

/** What the server wrote: it hands out chats as attachments, and other servers whatever is there. */
export function contentOf(answer: Answer, server: string): string | Buffer {
  if (!/^attachment\b/i.test(answer.headers.get('content-disposition') ?? '')) throw strangeAnswer(server)
  return answer.bytes ?? answer.text
}

/** Proves the password. @returns the cookies that say so */
async function unlock(api: Api, path: string, passwordFile: string | undefined): Promise<string[]> {
  const isAsked = passwordFile === undefined && process.stdin.isTTY
  for (let tries = 1; ; tries++) {
    const password =
      passwordFile === undefined
        ? await askPassword('Password of this chat: ')
        : readPasswordFile(passwordFile)
    const answer = await api.send('POST', `${path}/unlock`, { json: { password } })
    if (answer.status === 204) return cookiesOf(answer)
    if (answer.status !== 401) throw refusalOf(answer, api)
    if (!isAsked || tries === TRIES) throw new Failure('refused', 'That is not the password of this chat.')
    process.stderr.write('Wrong password. ')
  }
}

/** Proves an email by a code. @returns the cookies that say so; undefined where the server sends no mail */
async function proveEmail(api: Api, path: string): Promise<string[] | undefined> {
  const { sends_mail: sendsMail } = await api
    .call('GET', '/api/server', ServerFacts)
    .catch(() => ({ sends_mail: false }))
  if (!sendsMail) return undefined
  process.stderr.write(
    'This chat was shared with certain people. A code by mail shows that you are one of them.\n',
  )
  const email = (await ask('Your email: ')).trim()
  if (email === '') throw new Failure('usage', 'No email was given; nothing was done.')
  const asked = await api.send('POST', `${path}/codes`, { json: { email } })
  if (asked.status !== 204) throw refusalOf(asked, api)
  process.stderr.write(
    `If the chat is shared with ${email}, a mail with a code is on its way. It takes a minute at most.\n`,
  )
  for (let tries = 1; ; tries++) {
    const code = await ask('Code from the mail: ')
    if (code.trim() === '') throw new Failure('usage', 'No code was given; nothing was done.')
    const answer = await api.send('POST', `${path}/codes/verify`, { json: { email, code } })
    if (answer.status === 204) return cookiesOf(answer)
    if (answer.status !== 401) throw refusalOf(answer, api)
    if (tries === CODE_TRIES) {
      throw new Failure(
        'refused',
        'That code doesn’t count, or no longer. Run the command again for a new one.',
      )
    }
    process.stderr.write('That code doesn’t count. Look for the newest mail. ')
  }
}

function cookiesOf(answer: Answer): string[] {
  return answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '')
}

function infoOf(answer: Answer): ShareInfo | undefined {
  const body = parseJson(answer.text)
  return Check(SharedChatError, body) ? body.data.shareInfo : undefined
}

/** Why a reader gets nothing, once the password isn't the reason. */
function refusalOf(answer: Answer, api: Api): Failure {
  const info = infoOf(answer)
  if (info === undefined) return failureOf(answer, api.server)
  if (answer.status === 401)
    return notSignedIn(
      api.server,
      'Only certain people can read this chat. On a terminal, this command takes a code by mail where the server sends it.',
    )
  if (answer.status === 403) {
    const who = api.session?.email ?? 'You'
    return new Failure(
      'refused',
      `${who} may not read this chat: the address isn’t confirmed, or the chat isn’t shared with it.`,
      { status: 403 },
    )
  }
  if (answer.status === 404 && info.shareExists) {
    return new Failure('not-found', 'This link is paused, expired or used up.', { status: 404 })
  }
  if (answer.status === 404)
    return new Failure('not-found', 'There is no chat under this link.', { status: 404 })
  return failureOf(answer, api.server)
}
