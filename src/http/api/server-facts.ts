import { ServerFacts } from '../../contract/service.ts'
import { endpoint } from '../pipeline/endpoint.ts'
import { ok } from './documented.ts'

export const serverFactsEndpoint = endpoint({
  method: 'GET',
  path: '/api/server',
  access: 'anyone',
  tag: 'Service',
  summary: 'What this server does about emails',
  answers: ok(ServerFacts),
  handle: (_asked, { outbox, policy }) => ({
    body: {
      sends_mail: outbox !== undefined,
      unverified_emails: policy.unverifiedEmails,
      operator_contact: policy.operatorContact ?? null,
    },
  }),
})
