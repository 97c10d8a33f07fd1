import { ApiError, SharedChatError } from '../../../contract/common.ts'
import type { DocumentedAnswer, Endpoint } from '../../pipeline/endpoint.ts'

const refused = (description: string): DocumentedAnswer => ({ description, schema: ApiError })

/** An endpoint's answers, with those that the pipeline may give for it. */
export function addCommonAnswers(endpoint: Endpoint): Readonly<Record<number, DocumentedAnswer>> {
  const { method, path, body, upload, access, answers } = endpoint
  if (!path.startsWith('/api/')) return answers
  return {
    ...(method === 'GET' || method === 'HEAD' ? {} : { 403: refused('Sent by a page of another site') }),
    ...(body || upload
      ? { 413: refused('The body is too large'), 415: refused('A body of a kind that is not taken') }
      : {}),
    ...(access === 'owner' ? { 429: refused('Too many requests of this account are under way') } : {}),
    503: {
      description: 'The store is not reachable, or the server is stopping',
      schema: endpoint.errors === 'shared-chat' ? SharedChatError : ApiError,
    },
    ...answers,
  }
}
