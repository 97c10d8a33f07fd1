import type { Static } from 'typebox'
import { Check } from 'typebox/value'
import { SharedChatError } from '../../contract/common.ts'
import { type Answer, type Api, failureOf, notSignedIn, parseJson, strangeAnswer } from './api.ts'
import { Failure } from '../failure.ts'
import { askPassword, readPasswordFile } from '../passwords.ts'

const TRIES = 3

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
  if (first.status !== 401 || !infoOf(first)?.shareHasPassword) throw refusalOf(first, api)
  const second = await read(await unlock(api, path, passwordFile))
  if (second.status === 200) return contentOf(second, api.server)
  throw refusalOf(second, api)
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
    if (answer.status === 204)
      return answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '')
    if (answer.status !== 401) throw refusalOf(answer, api)
    if (!isAsked || tries === TRIES) throw new Failure('refused', 'That is not the password of this chat.')
    process.stderr.write('Wrong password. ')
  }
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
    return notSignedIn(api.server, 'Only people with the right account can read this chat.')
  if (answer.status === 403) {
    const who = api.session?.email ?? 'You'
    return new Failure('refused', `${who} is not among those who may read this chat.`, { status: 403 })
  }
  if (answer.status === 404 && info.shareExists) {
    return new Failure('not-found', 'This link is paused, expired or used up.', { status: 404 })
  }
  if (answer.status === 404)
    return new Failure('not-found', 'There is no chat under this link.', { status: 404 })
  return failureOf(answer, api.server)
}
