import { listEvents, type StoredEvent } from '../../actions/events.ts'
import type { Static } from 'typebox'
import { UserParams } from '../../contract/common.ts'
import { EventsAnswer, EventsQuery } from '../../contract/events.ts'
import { isoTime } from '../output/present.ts'
import { endpoint } from '../pipeline/endpoint.ts'
import { ok, ownerErrors } from './documented.ts'

const PAGE = 50

export const listEventsEndpoint = endpoint({
  path: '/api/users/{user_id}/events',
  access: 'owner',
  tag: 'Accounts',
  takesTokens: true,
  params: UserParams,
  query: EventsQuery,
  method: 'GET',
  summary: "What was done to the account's links and sign-ins, for a year",
  answers: { ...ok(EventsAnswer, 'The latest first'), ...ownerErrors },
  async handle({ params, query }, context) {
    const page = {
      limit: query.limit === undefined ? PAGE : Number(query.limit),
      before: query.cursor === undefined ? undefined : Number(query.cursor),
    }
    const { events, next } = await listEvents(context, params.user_id, page)
    return { body: { events: events.map(presentEvent), next_cursor: next === null ? null : String(next) } }
  },
})

function presentEvent(event: StoredEvent): Static<typeof EventsAnswer>['events'][number] {
  const { id, kind, at, session, client, token, shareUuid, detail } = event
  return {
    id,
    kind,
    at: isoTime(at),
    by: { session, client, ...(token ? { token } : {}) },
    ...(shareUuid === null ? {} : { share_uuid: shareUuid }),
    ...(detail === null ? {} : { detail }),
  }
}
