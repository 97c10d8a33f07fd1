import type { Question } from './ask.ts'
import type { LimitAnswer } from './limit-server.ts'
import type { MadeAnswer } from './make-answers.ts'
import type { RecordedQuery } from './record-queries.ts'
import { type Recorder, valuesOf } from './recorder.ts'

/** The limit of a request: the queries that the service runs for it once it is warm, and its very answer. */
export async function limitOf(
  recorder: Recorder,
  url: string,
  question: Question = {},
): Promise<LimitAnswer> {
  const { answer, queries } = await recorder.recordSteady(url, question)
  const ifNoneMatch = question.headers?.['if-none-match']
  return { url, queries, ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }), ...answer }
}

/** The limit of requests for any share. @param path of one that nobody read before, or its answer would be a kept one */
export async function madeLimitOf(
  recorder: Recorder,
  as: MadeAnswer['as'],
  path: { readonly prefix: string; readonly uuid: string },
  question: Question = {},
): Promise<MadeAnswer> {
  const { prefix, uuid } = path
  const { answer, queries } = await recorder.record(prefix + uuid, question)
  const { 'content-length': length = '', ...headers } = answer.headers
  if (answer.status !== 200 || Number(length) === 0) throw new Error(`No answer about ${uuid}`)
  const share = theOnly(queries, 'share', ({ parameters }) => parameters.includes(uuid))
  const messages = theOnly(queries, 'messages', ({ sql }) => /"role".* from "messages"/.test(sql))
  return {
    prefix,
    share: { ...share, parameters: valuesOf(share.sql, share.parameters) },
    messages: { ...messages, parameters: valuesOf(messages.sql, messages.parameters) },
    as,
    headers,
    sample: { uuid, body: answer.body },
  }
}

function theOnly(
  queries: readonly RecordedQuery[],
  what: string,
  isIt: (query: RecordedQuery) => boolean,
): RecordedQuery {
  const found = queries.filter(isIt)
  const [query] = found
  if (query && found.length === 1) return query
  const asked = queries.map(({ sql }) => sql).join('\n')
  throw new Error(`${found.length} queries instead of one find the ${what}:\n${asked}`)
}
