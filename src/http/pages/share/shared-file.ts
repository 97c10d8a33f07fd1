import { Refusal } from '../../../actions/refusal.ts'
import { SharedFileParams } from '../../../contract/files.ts'
import { openSharedFile } from '../../../reading/open-file.ts'
import { fileAnswers } from '../../api/files.ts'
import { invalid, notOnWhitelist, sharedChatErrors } from '../../api/documented.ts'
import { cookieOf, viewCookieName } from '../../input/cookies.ts'
import { shareProofs } from '../../input/share-proofs.ts'
import { readUuid } from '../../input/share-uuid.ts'
import { fileAnswer } from '../../output/file-answer.ts'
import { refuseShare } from '../../output/share-refusal.ts'
import { cachingOf } from '../../output/shown-share.ts'
import { leftSignal } from '../../pipeline/asked.ts'
import { endpoint } from '../../pipeline/endpoint.ts'

export const sharedFileEndpoint = endpoint({
  method: 'GET',
  path: '/shared/chats/{uuid}/files/{file_id}',
  access: 'reader',
  tag: 'Files',
  summary: 'Read a file of a shared chat',
  description:
    'Takes the same proofs as the page, and uses up no view. Only files that a message which is shown names; where views are limited, only for a browser that was granted one in the last 30 minutes. `size=small` gives a picture for small screens.',
  params: SharedFileParams,
  answers: { ...fileAnswers, ...invalid, ...sharedChatErrors, ...notOnWhitelist },
  async handle(asked, context, settings) {
    const { params, request } = asked
    const uuid = readUuid(params.uuid)
    const proofs = {
      ...shareProofs(uuid, asked, settings),
      viewToken: uuid === undefined ? undefined : cookieOf(request, viewCookieName(uuid), settings.isSecure),
    }
    const variant = /[?&]size=small(?:&|$)/.test(request.url) ? 'small' : 'whole'
    const wanted = { id: params.file_id, variant, left: () => leftSignal(request) } as const
    const { decision, file } = await openSharedFile(context, uuid, proofs, wanted)
    if (!file) {
      if (decision.outcome !== 'show') return refuseShare(decision)
      throw new Refusal({ code: 'file-not-found' })
    }
    const answer = await fileAnswer(context, file, request, cachingOf(decision))
    return { ...answer, session: decision.session }
  },
})
