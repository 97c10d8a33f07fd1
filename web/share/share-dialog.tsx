import { useMutation, useQuery } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { isDomainEntry } from '../../src/accounts/email.ts'
import { useOfferLinksBack } from '../client/deletions.ts'
import {
  keys,
  serverFactsQuery,
  useApi,
  usePrepareWhitelist,
  useRefresh,
  useSharesOf,
  useWhitelist,
} from '../client/queries.ts'
import type { Chat, Share } from '../../src/client/types.ts'
import { MAX_LABEL_LENGTH } from '../../src/sharing/limits.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Dialog, DialogBody, DialogFooter } from '../ui/dialog.tsx'
import { ChevronIcon, CopyIcon, EyeIcon, GlobeIcon } from '../ui/icons.tsx'
import { Field } from '../ui/field.tsx'
import { LoadProblem, Problem, sentenceOf } from '../ui/problem.tsx'
import { Loading } from '../ui/spinner.tsx'
import { wholeTime } from '../ui/times.ts'
import { say, sayProblem } from '../ui/toasts.tsx'
import { AudienceFields } from './audience-fields.tsx'
import { commitEmails } from './email-chips.tsx'
import { LazyPartDialog } from './lazy-part-dialog.tsx'
import { LimitFields } from './limit-fields.tsx'
import { type LinkChoice, LinkChooser, NEW_LINK } from './link-chooser.tsx'
import { copyLink, LinkRow } from './link-row.tsx'
import { ShareReaders } from './share-readers.tsx'
import { PreviewAs } from './preview-as.tsx'
import { SecretsFirst } from './secrets/secrets-first.tsx'
import {
  afterSaving,
  changesOf,
  creationOf,
  draftOf,
  isChanged,
  isForOwnerAlone,
  showsMore,
  opensToAll,
  problemOf,
  type ShareDraft,
} from './draft/share-draft.ts'
import { whoCanSee } from './draft/who-can-see.ts'

interface ShareDialogProps {
  readonly chat: Pick<Chat, 'id' | 'name'>
  /** the link to begin with; undefined for the main one */
  readonly shareId?: number
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Decides who may see a chat. From a chat, the common case is two clicks: Share, Create and copy. */
export function ShareDialog({ chat, shareId, isOpen, onClose }: ShareDialogProps) {
  const [isUnsaved, setUnsaved] = useState(false)
  const [isLeaving, setLeaving] = useState(false)
  // The way back, another address or closing the tab leave it too. What it holds is kept nowhere: it may be a password.
  const blocked = useBlocker({
    shouldBlockFn: () => isUnsaved,
    enableBeforeUnload: isUnsaved,
    withResolver: true,
  })
  const isBlocked = blocked.status === 'blocked'
  return (
    <Dialog
      isOpen={isOpen}
      onClose={() => (isUnsaved ? setLeaving(true) : onClose())}
      title={`Share “${chat.name}”`}
      width="sm:max-w-xl"
      keepsOpen
    >
      {isOpen && (
        <Loaded
          chat={chat}
          {...(shareId === undefined ? {} : { shareId })}
          isUnsaved={isUnsaved}
          onClose={onClose}
          onUnsaved={setUnsaved}
        />
      )}
      <ConfirmDialog
        isOpen={isLeaving || isBlocked}
        title="Leave without saving?"
        confirm="Leave"
        onClose={() => {
          setLeaving(false)
          blocked.reset?.()
        }}
        onConfirm={async () => {
          if (isBlocked) blocked.proceed()
          else onClose()
        }}
      >
        <p>What you have set here isn’t saved yet.</p>
      </ConfirmDialog>
    </Dialog>
  )
}

interface LoadedProps extends Pick<ShareDialogProps, 'chat' | 'shareId' | 'onClose'> {
  readonly isUnsaved: boolean
  readonly onUnsaved: (isUnsaved: boolean) => void
}

function Loaded({ chat, shareId, isUnsaved, onClose, onUnsaved }: LoadedProps) {
  const shares = useSharesOf([chat.id])
  // Undefined until one is chosen: then the main link, or the first that there is.
  const [chosen, setChosen] = useState<LinkChoice | undefined>(shareId)
  const [form, setForm] = useState(0)
  const links = shares.data ?? []
  const share = chosen === NEW_LINK ? undefined : (links.find(({ id }) => id === chosen) ?? links[0])
  const whitelist = useWhitelist(share)
  const failed = shares.isError ? shares : whitelist.isError ? whitelist : undefined
  if (failed?.error) {
    return (
      <DialogBody>
        <LoadProblem what="The link" error={failed.error} retry={() => void failed.refetch()} />
      </DialogBody>
    )
  }
  if (!shares.data || !whitelist.data) {
    // As high as what comes, about: a dialog that jumps is clicked at the wrong place.
    return (
      <div className="flex min-h-[min(34rem,70vh)] items-center justify-center">
        <Loading what="the link" />
      </div>
    )
  }
  const emails = whitelist.data.map(({ email }) => email)
  return (
    <SecretsFirst chat={chat} share={share} onClose={onClose}>
      <ShareForm
        // Another link has a form of its own; the one that is made just now keeps its, and the focus in it.
        key={form}
        chat={chat}
        links={links}
        share={share}
        emails={emails}
        isUnsaved={isUnsaved}
        onClose={onClose}
        onUnsaved={onUnsaved}
        onChoose={(link) => {
          setChosen(link)
          setForm(form + 1)
        }}
        onCreated={setChosen}
      />
    </SecretsFirst>
  )
}

interface ShareFormProps extends Omit<LoadedProps, 'shareId'> {
  /** all of the chat's, the main one first */
  readonly links: readonly Share[]
  /** undefined for one that is to be made */
  readonly share: Share | undefined
  readonly emails: readonly string[]
  readonly onChoose: (link: LinkChoice) => void
  readonly onCreated: (id: number) => void
}

type Asking = 'opening' | 'rotating' | 'deleting' | 'choosing' | undefined

function ShareForm({
  chat,
  links,
  share,
  emails,
  isUnsaved: hasUnsaved,
  onClose,
  onUnsaved,
  onChoose,
  onCreated,
}: ShareFormProps) {
  const api = useApi()
  const refresh = useRefresh()
  const serverFacts = useQuery(serverFactsQuery).data
  const offerBack = useOfferLinksBack()
  const prepareWhitelist = usePrepareWhitelist()
  const saved = draftOf(share, emails)
  // Undefined while nothing is edited, so that the saved share shows through.
  const [edited, setEdited] = useState<ShareDraft>()
  /** A password that was saved while this is open: nobody else can tell it any more. */
  const [justSaved, setJustSaved] = useState<string>()
  const [unlisted, setUnlisted] = useState({ rejected: [] as readonly string[], text: '' })
  const [asking, setAsking] = useState<Asking>()
  const [problem, setProblem] = useState<string>()
  const [isNotifying, setNotifying] = useState(false)
  // Goes up with each discard, which resets the fields that have a state of their own.
  const [round, setRound] = useState(0)

  const draft = edited ?? saved
  const hasChanges = !share || isChanged(saved, draft)
  const outcome = afterSaving(saved, draft)
  const state = share?.state
  const looksUsedUp = draft.maxViews !== null && (share?.view_count ?? 0) >= draft.maxViews
  const sentence = whoCanSee(outcome, {
    isPaused: share?.is_shared === false,
    isUsedUp: looksUsedUp && !(state === 'active' && draft.maxViews === share?.max_views),
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
    mutationFn: async (wanted: ShareDraft) => {
      const notify = isNotifying && wanted.emails.length > 0 ? { notify: true } : {}
      const stored = share
        ? await api.changeShare(share, { ...changesOf(saved, wanted), ...notify })
        : await api.createShare(chat.id, { ...creationOf(wanted), ...notify })
      return stored
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

  function save() {
    const wanted = finishedDraft()
    if (!wanted || saving.isPending) return
    if (opensToAll(share, wanted) || showsMore(share, wanted)) setAsking('opening')
    else saving.mutate(wanted, { onSuccess: () => say('Saved') })
  }

  /** @param isOpen for everyone, whatever was chosen so far */
  function createAndCopy(isOpen = false) {
    const finished = finishedDraft()
    if (!finished || saving.isPending) return
    const wanted = isOpen ? { ...finished, audience: 'open' as const } : finished
    const created = saving.mutateAsync(wanted)
    // The problem is shown in the dialog.
    copyLink(created.then(({ url }) => url)).catch(() => undefined)
  }

  return (
    <>
      <DialogBody>
        {(links.length > 1 || (links.length === 1 && share)) && (
          <LinkChooser
            links={links}
            chosen={share?.id ?? NEW_LINK}
            isBlocked={hasUnsaved}
            onChoose={onChoose}
          />
        )}
        {isLabelled && (
          <Field
            label="Label, which only you see"
            placeholder="For the team"
            maxLength={MAX_LABEL_LENGTH}
            value={draft.label}
            onChange={(event) => change({ ...draft, label: event.target.value })}
          />
        )}
        {share && (
          <LinkRow
            share={share}
            onPause={(isPaused) =>
              acting.mutate(async () => {
                await api.changeShare(share, { is_shared: !isPaused })
                say(isPaused ? 'Link paused' : 'Link resumed')
              })
            }
            onRotate={() => setAsking('rotating')}
            onDelete={() => setAsking('deleting')}
          />
        )}
        <AudienceFields
          draft={draft}
          list={{ emails: draft.emails, ...unlisted }}
          hasSavedPassword={share?.has_password ?? false}
          added={draft.emails.filter((email) => !isDomainEntry(email) && !emails.includes(email))}
          isNotifying={isNotifying}
          onNotify={setNotifying}
          justSaved={justSaved}
          url={share?.url}
          onDraft={change}
          onList={({ emails: listed, rejected, text }) => {
            setProblem(undefined)
            setUnlisted({ rejected, text })
            if (listed !== draft.emails) setEdited({ ...draft, emails: listed })
          }}
        />
        <div className="divide-y divide-line border-y border-line">
          <Section
            name="Expiry, views and later changes"
            icon={<ChevronIcon />}
            isOpen={draft.expiresAt !== null || draft.maxViews !== null || draft.content === 'snapshot'}
          >
            <LimitFields
              key={round}
              draft={draft}
              share={share}
              onDraft={change}
              isUpdatingSnapshot={acting.isPending}
              onUpdateSnapshot={() => {
                if (share?.is_selection) setAsking('choosing')
                else acting.mutate(updateSnapshot)
              }}
            />
          </Section>
          {share && (
            <Section name="Who read it" icon={<ChevronIcon />}>
              <ShareReaders share={share} />
            </Section>
          )}
          <Section name="Preview as somebody else" icon={<ChevronIcon />}>
            <PreviewAs draft={outcome} share={share} isChanged={hasChanges} />
          </Section>
        </div>
      </DialogBody>
      <DialogFooter>
        {/* Here, as what is above scrolls: it says why the button below did nothing. */}
        {problem !== undefined && (
          <div className="basis-full">
            <Problem>{problem}</Problem>
          </div>
        )}
        <p
          aria-live="polite"
          data-testid="who-can-see"
          className="flex min-w-0 flex-1 basis-full items-start gap-2.5 pb-1 text-[0.9375rem] [overflow-wrap:anywhere] sm:pb-2"
        >
          <EyeIcon className="mt-0.5 size-5 text-accent" />
          <span>{sentence}</span>
        </p>
        <Button look="quiet" onClick={share && hasChanges ? discard : onClose}>
          {share ? (hasChanges ? 'Discard changes' : 'Done') : 'Cancel'}
        </Button>
        {!share && isForOwnerAlone(outcome) && (
          <Button isBusy={saving.isPending} onClick={() => createAndCopy(true)}>
            <GlobeIcon /> Create open link and copy
          </Button>
        )}
        {/* One button in all states, so that the focus stays on it. */}
        <Button
          look="primary"
          isBusy={saving.isPending}
          onClick={share ? (hasChanges ? save : () => void copyLink(share.url)) : () => createAndCopy()}
        >
          {!(share && hasChanges) && <CopyIcon />}
          {primaryName(share, draft, hasChanges)}
        </Button>
      </DialogFooter>

      <ConfirmDialog
        isOpen={asking === 'opening'}
        title={
          opensToAll(share, draft) ? 'Open this chat to everyone with the link?' : 'Show the whole chat?'
        }
        confirm={opensToAll(share, draft) ? 'Open it' : 'Show it'}
        onClose={() => setAsking(undefined)}
        onConfirm={async () => {
          await saving.mutateAsync(draft)
          say(opensToAll(share, draft) ? 'Saved: anyone with the link can read it now' : 'Saved')
        }}
      >
        {opensToAll(share, draft) && (
          <p>
            Until now it was private. Anyone who has the link, or gets it from somebody, will be able to read
            it.
          </p>
        )}
        {showsMore(share, draft) && (
          <p>
            Until now the link showed a part of the chat. It will show all of it, also what you had hidden.
          </p>
        )}
        {(saved.password.kind === 'kept' || saved.emails.length > 0) && (
          <p>{lossesOf(saved)} will be removed.</p>
        )}
      </ConfirmDialog>
      {share && asking === 'choosing' && (
        <LazyPartDialog
          chat={chat}
          share={share}
          onClose={() => setAsking(undefined)}
          onPublished={() => setAsking(undefined)}
        />
      )}
      {share && (
        <>
          <ConfirmDialog
            isOpen={asking === 'rotating'}
            title="Make a new link?"
            confirm="Make a new link"
            onClose={() => setAsking(undefined)}
            onConfirm={async () => {
              await api.rotateShare(share)
              await refetch()
              say('New link made; the old one no longer works')
            }}
          >
            <p>The link that people have now stops working at once. Who may see the chat doesn’t change.</p>
          </ConfirmDialog>
          <ConfirmDialog
            isOpen={asking === 'deleting'}
            title="Delete this link?"
            confirm="Delete link"
            onClose={() => setAsking(undefined)}
            onConfirm={async () => {
              await api.deleteShare(share, { undo: true })
              await refetch()
              if (links.length > 1) onChoose(links.find(({ id }) => id !== share.id)?.id ?? NEW_LINK)
              offerBack([share])
            }}
          >
            <p>
              It stops working at once, and its password, list and counted views are gone. The chat itself
              stays. For a moment you can undo it.
            </p>
          </ConfirmDialog>
        </>
      )}
    </>
  )

  async function updateSnapshot() {
    if (share) await api.updateSnapshot(share)
    say('Snapshot updated: readers see the chat as it is now')
  }

  function discard() {
    setEdited(undefined)
    setUnlisted({ rejected: [], text: '' })
    setProblem(undefined)
    setRound(round + 1)
  }
}

function lossesOf(saved: ShareDraft): string {
  const list =
    saved.emails.length === 1 ? 'the person on its list' : `the list of ${saved.emails.length} people`
  if (saved.emails.length === 0) return 'Its password'
  return saved.password.kind === 'kept'
    ? `Its password and ${list}`
    : list.charAt(0).toUpperCase() + list.slice(1)
}

function primaryName(share: Share | undefined, draft: ShareDraft, hasChanges: boolean): string {
  if (share) return hasChanges ? 'Save changes' : 'Copy link'
  return draft.audience === 'open' ? 'Create open link and copy' : 'Create private link and copy'
}

interface SectionProps {
  readonly name: string
  readonly icon: ReactNode
  readonly isOpen?: boolean
  readonly children: ReactNode
}

function Section({ name, icon, isOpen = false, children }: SectionProps) {
  // Open from the start where something is set; afterwards only the person opens and closes it.
  const [isShown, setShown] = useState(isOpen)
  const details = useRef<HTMLDetailsElement>(null)
  const wasShown = useRef(isOpen)
  useEffect(() => {
    // What opens below the fold comes into sight.
    if (isShown && !wasShown.current) details.current?.scrollIntoView({ block: 'start', behavior: 'smooth' })
    wasShown.current = isShown
  }, [isShown])
  return (
    <details
      ref={details}
      open={isShown}
      onToggle={(event) => setShown(event.currentTarget.open)}
      className="group py-1 [&_summary_svg]:transition-transform open:[&_summary_svg]:rotate-180"
    >
      <summary className="flex min-h-11 list-none items-center justify-between rounded-lg text-[0.9375rem] font-medium [&::-webkit-details-marker]:hidden">
        {name}
        {icon}
      </summary>
      {isShown && <div className="pb-4">{children}</div>}
    </details>
  )
}
