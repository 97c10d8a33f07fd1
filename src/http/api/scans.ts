import { scanChat } from '../../actions/scanning/scan-chat.ts'
import { ApiError, ChatParams } from '../../contract/common.ts'
import { ScanAnswer, SecretsError } from '../../contract/scans.ts'
import { presentFinding } from '../output/present.ts'
import { leftSignal } from '../pipeline/asked.ts'
import { type DocumentedAnswer, endpoint } from '../pipeline/endpoint.ts'
import { ok, ownerErrors } from './documented.ts'

export const scanChatEndpoint = endpoint({
  method: 'POST',
  path: '/api/users/{user_id}/chats/{chat_id}/scan',
  access: 'owner',
  tag: 'Chats',
  isHeavy: true,
  summary: 'What is in a chat that better isn’t shared',
  description: [
    'Keys and tokens of the common services, private keys, passwords in URLs and headers; and, as `trace`, what tells',
    'who and where: home directories, emails, internal hosts and addresses. Nothing of it is stored or logged.',
  ].join(' '),
  params: ChatParams,
  answers: {
    ...ok(ScanAnswer),
    ...ownerErrors,
    413: { description: 'The chat takes too long to scan', schema: ApiError },
    503: { description: 'Others are being served; Retry-After tells the seconds', schema: ApiError },
  },
  async handle({ params, request }, context) {
    const { findings, isComplete } = await scanChat(
      context,
      params.user_id,
      params.chat_id,
      leftSignal(request),
    )
    return { body: { findings: findings.map(presentFinding), is_complete: isComplete } }
  },
})

/** Where SECRETS is `refuse`, of whatever lets others see more of a chat. */
export const secretsRefused: Record<number, DocumentedAnswer> = {
  409: {
    description: 'Others could open the link, there are secrets in the chat, and this server refuses that',
    schema: SecretsError,
  },
}
