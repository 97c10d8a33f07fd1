import { promisify } from 'node:util'
import { gunzipSync, gzip } from 'node:zlib'
import { renderMessage } from '../../src/rendering/render-message.ts'
import type { Query, Row, RunOne, Value } from './run-queries.ts'

/** Answers about any share, made from its messages each time. */
export interface MadeAnswer {
  /** what comes before the share's UUID */
  readonly prefix: string
  /** tells the `chat_id`; the sample's UUID stands for each other one */
  readonly share: Query & { readonly parameters: readonly Value[] }
  /** its first parameter is the chat's id */
  readonly messages: Query & { readonly parameters: readonly Value[] }
  readonly as: 'json' | 'page'
  readonly headers: Readonly<Record<string, string>>
  /** what the service answered about one of the shares */
  readonly sample: { readonly uuid: string; readonly body: Uint8Array }
}

type Make = (uuid: string) => Promise<Uint8Array>

const compress = promisify(gzip)

/**
 * The least that such an answer takes: the share's row, the rows of its messages, and what their text becomes. That
 * is JSON in the contract's shape; or, for the page, the HTML that our own renderer makes of each message, in this
 * very thread, put into the service's page of the sample, and compressed. (Head and table of contents stay the
 * sample's.) Nothing is kept.
 *
 * @throws when the sample doesn't come out as the service has it
 */
export async function makerOf(answer: MadeAnswer, prepare: (query: Query) => RunOne): Promise<Make> {
  const [findShare, listMessages] = [prepare(answer.share), prepare(answer.messages)]
  const { sample } = answer

  async function read(uuid: string): Promise<readonly Row[]> {
    const values = answer.share.parameters.map((value) => (value === sample.uuid ? uuid : value))
    const [share] = await findShare(values)
    const chatId = share?.['chat_id']
    if (typeof chatId !== 'number')
      throw new Error(`The query of a share tells no chat_id: ${answer.share.sql}`)
    return listMessages([chatId, ...answer.messages.parameters.slice(1)])
  }

  const write =
    answer.as === 'json' ? jsonWriter(sample.body) : await pageWriter(sample.body, await read(sample.uuid))
  const make: Make = async (uuid) => write(await read(uuid))
  if (!Buffer.from(await make(sample.uuid)).equals(sample.body)) {
    throw new Error(`The limit's ${answer.as} of a share isn't the service's.`)
  }
  return make
}

function jsonWriter(sample: Uint8Array): (rows: readonly Row[]) => Uint8Array {
  const { shareInfo }: { shareInfo: unknown } = JSON.parse(Buffer.from(sample).toString())
  return (rows) => {
    const chatMessages = rows.map((row) => {
      const createdAt = isoTime(row['created_at'])
      return {
        id: row['id'],
        content: row['content'],
        role: row['role'],
        timestamp: createdAt,
        created_at: createdAt,
        updated_at: isoTime(row['updated_at']),
      }
    })
    return Buffer.from(JSON.stringify({ chatMessages, shareInfo }))
  }
}

async function pageWriter(
  sample: Uint8Array,
  rows: readonly Row[],
): Promise<(rows: readonly Row[]) => Promise<Uint8Array>> {
  const pieces: string[] = []
  let rest = gunzipSync(sample).toString()
  for (const body of await render(rows)) {
    const at = rest.indexOf(body)
    if (at === -1) throw new Error(`The service's page doesn't hold what the renderer makes: ${body}`)
    pieces.push(rest.slice(0, at))
    rest = rest.slice(at + body.length)
  }
  return async (others) => {
    const bodies = await render(others)
    return compress(pieces.map((piece, index) => piece + (bodies[index] ?? '')).join('') + rest)
  }
}

async function render(rows: readonly Row[]): Promise<string[]> {
  const bodies: string[] = []
  for (const [index, { content }] of rows.entries()) {
    bodies.push((await renderMessage(String(content), { idPrefix: `m${index + 1}` })).html)
  }
  return bodies
}

function isoTime(epochMs: unknown): string {
  return new Date(Number(epochMs)).toISOString()
}
