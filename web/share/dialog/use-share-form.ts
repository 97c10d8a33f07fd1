import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { serverFactsQuery, useApi, usePrepareWhitelist, useRefresh, keys } from '../../client/queries.ts'
import type { Chat, Share } from '../../../src/client/types.ts'
import { sentenceOf } from '../../ui/problem.tsx'
import { wholeTime } from '../../ui/times.ts'
import { say, sayProblem } from '../../ui/toasts.tsx'
import {
  afterSaving,
  changesOf,
  creationOf,
  draftOf,
  isChanged,
  opensToAll,
  problemOf,
  type ShareDraft,
  showsMore,
} from '../draft/share-draft.ts'
import { whoCanSee } from '../draft/who-can-see.ts'
import { commitEmails, type EmailList } from '../email-chips.tsx'
import { copyLink } from '../link-row.tsx'
import { createSelection } from '../secrets/redact-link.ts'

interface ShareFormState {
  readonly chat: Pick<Chat, 'id'>
  /** all of the chat's, the main one first */
  readonly links: readonly Share[]
  /** undefined for one that is to be made */
  readonly share: Share | undefined
  /** on its list, as it is saved */
  readonly emails: readonly string[]
  /** texts that a link which is to be made hides */
  readonly redacted: readonly string[]
  readonly onUnsaved: (isUnsaved: boolean) => void
  readonly onCreated: (id: number) => void
  /** saving would let others see what they don't now */
  readonly onAsk: () => void
}

/** What the owner is setting, what would come of it, and how it is saved. */
export function useShareForm(state: ShareFormState) {
  const { chat, links, share, emails, redacted, onUnsaved, onCreated, onAsk } = state
  const api = useApi()
  const refresh = useRefresh()
  const serverFacts = useQuery(serverFactsQuery).data
  const prepareWhitelist = usePrepareWhitelist()
  const saved = draftOf(share, emails)
  // Undefined while nothing is edited, so that the saved share shows through.
  const [edited, setEdited] = useState<ShareDraft>()
  /** A password that was saved while this is open: nobody else can tell it any more. */
  const [justSaved, setJustSaved] = useState<string>()
  const [unlisted, setUnlisted] = useState({ rejected: [] as readonly string[], text: '' })
  const [problem, setProblem] = useState<string>()
  const [isNotifying, setNotifying] = useState(false)
  // Goes up with each discard, which resets the fields that have a state of their own.
  const [round, setRound] = useState(0)

  const isHiding = !share && redacted.length > 0
  const draft: ShareDraft = { ...(edited ?? saved), ...(isHiding ? { content: 'snapshot' } : {}) }
  const outcome = afterSaving(saved, draft)
  const looksUsedUp = draft.maxViews !== null && (share?.view_count ?? 0) >= draft.maxViews
  const sentence = whoCanSee(outcome, {
    isPaused: share?.is_shared === false,
    isUsedUp: looksUsedUp && !(share?.state === 'active' && draft.maxViews === share.max_views),
    viewCount: share?.view_count ?? 0,
    snapshotAt: share?.snapshot_at ?? undefined,
    now: Date.now(),
    sendsMail: serverFacts?.sends_mail === true,
    formatTime: wholeTime,
  })

  const isUnsaved = isChanged(saved, draft) || unlisted.text !== '' || unlisted.rejected.length > 0
  useEffect(() => onUnsaved(isUnsaved), [isUnsaved, onUnsaved])

  const isLabelled = share ? share.label !== null : links.length > 0

  async function refetch(changed?: Share) {
    // Or the dialog would lose its form, and with it the focus, while the list is fetched.
    if (changed && changed.id !== share?.id) await prepareWhitelist(changed)
    await refresh(keys.shares, keys.whitelist(changed?.id ?? share?.id))
  }

  const saving = useMutation({
    mutationFn: (wanted: ShareDraft) => {
      const notify = isNotifying && wanted.emails.length > 0 ? { notify: true } : {}
      if (share) return api.changeShare(share, { ...changesOf(saved, wanted), ...notify })
      const creation = { ...creationOf(wanted), ...notify }
      return isHiding
        ? createSelection(api, chat.id, creation, { redact: [...redacted] })
        : api.createShare(chat.id, creation)
    },
    onSuccess: async (stored, { password }) => {
      if (password.kind === 'new') setJustSaved(password.text === '' ? justSaved : password.text)
      if (!stored.has_password) setJustSaved(undefined)
      await refetch(stored)
      if (!share) onCreated(stored.id)
      setEdited(undefined)
      setNotifying(false)
      setUnlisted({ rejected: [], text: '' })
    },
    onError: (error) => setProblem(sentenceOf(error)),
  })
  const acting = useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onSuccess: () => refetch(),
    onError: sayProblem,
  })

  function change(wanted: ShareDraft) {
    setProblem(undefined)
    setEdited(wanted)
  }

  /** The draft with all that has been written; undefined while something in it is wrong. */
  function finishedDraft(): ShareDraft | undefined {
    const wrong = labelProblem() ?? problemOf(saved, draft, Date.now())
    setProblem(wrong)
    if (wrong !== undefined) return undefined
    if (draft.audience === 'open') return draft
    const list = commitEmails({ emails: draft.emails, ...unlisted })
    setUnlisted({ rejected: list.rejected, text: '' })
    const finished = { ...draft, emails: list.emails }
    if (list.emails.length !== draft.emails.length) setEdited(finished)
    if (list.rejected.length === 0) return finished
    setProblem('Correct or remove what is not an email address.')
    return undefined
  }

  function labelProblem(): string | undefined {
    if (!isLabelled) return undefined
    const label = draft.label.trim()
    if (label === '') return 'Give the link a label, so that you can tell it from the others.'
    const isTaken = links.some((other) => other.id !== share?.id && other.label === label)
    return isTaken ? 'Another link of this chat has this label. Choose another one.' : undefined
  }

  function changeList({ emails: listed, rejected, text }: EmailList) {
    setProblem(undefined)
    setUnlisted({ rejected, text })
    if (listed !== draft.emails) setEdited({ ...draft, emails: listed })
  }

  function save() {
    const wanted = finishedDraft()
    if (!wanted || saving.isPending) return
    if (opensToAll(share, wanted) || showsMore(share, wanted)) onAsk()
    else saving.mutate(wanted, { onSuccess: () => say('Saved') })
  }

  /** @param isOpen for everyone, whatever was chosen so far */
  function createAndCopy(isOpen = false) {
    const finished = finishedDraft()
    if (!finished || saving.isPending) return
    const created = saving.mutateAsync(isOpen ? { ...finished, audience: 'open' as const } : finished)
    // The problem is shown in the dialog.
    copyLink(created.then(({ url }) => url)).catch(() => undefined)
  }

  function discard() {
    setEdited(undefined)
    setUnlisted({ rejected: [], text: '' })
    setProblem(undefined)
    setRound(round + 1)
  }

  return {
    saved,
    draft,
    /** the draft as saving would leave it */
    outcome,
    /** who could see the chat then, in one sentence */
    sentence,
    hasChanges: !share || isChanged(saved, draft),
    isLabelled,
    list: { emails: draft.emails, ...unlisted },
    isNotifying,
    setNotifying,
    justSaved,
    problem,
    round,
    saving,
    acting,
    refetch,
    change,
    changeList,
    save,
    createAndCopy,
    discard,
  }
}
