import { useState } from 'react'
import { isDomainEntry } from '../../../src/accounts/email.ts'
import { MAX_LABEL_LENGTH } from '../../../src/sharing/limits.ts'
import { useApi } from '../../client/queries.ts'
import type { Chat, Share } from '../../../src/client/types.ts'
import { Button } from '../../ui/button.tsx'
import { DialogBody, DialogFooter } from '../../ui/dialog.tsx'
import { Disclosure } from '../../ui/disclosure.tsx'
import { Field } from '../../ui/field.tsx'
import { CopyIcon, EyeIcon, GlobeIcon } from '../../ui/icons.tsx'
import { Problem } from '../../ui/problem.tsx'
import { say } from '../../ui/toasts.tsx'
import { AudienceFields } from '../audience-fields.tsx'
import { isForOwnerAlone, type ShareDraft } from '../draft/share-draft.ts'
import { LazyPartDialog } from '../lazy-part-dialog.tsx'
import { LimitFields } from '../limit-fields.tsx'
import { copyLink, LinkRow } from '../link-row.tsx'
import { PreviewAs } from '../preview-as.tsx'
import { ShareReaders } from '../share-readers.tsx'
import { type LinkChoice, LinkChooser, NEW_LINK } from './link-chooser.tsx'
import { type LinkQuestion, LinkQuestions, OpeningQuestion } from './link-questions.tsx'
import { useShareForm } from './use-share-form.ts'

interface ShareFormProps {
  readonly chat: Pick<Chat, 'id' | 'name'>
  /** all of the chat's, the main one first */
  readonly links: readonly Share[]
  /** undefined for one that is to be made */
  readonly share: Share | undefined
  /** on its list, as it is saved */
  readonly emails: readonly string[]
  /** texts that a link which is to be made hides */
  readonly redacted: readonly string[]
  readonly isUnsaved: boolean
  readonly onClose: () => void
  readonly onUnsaved: (isUnsaved: boolean) => void
  readonly onChoose: (link: LinkChoice) => void
  readonly onCreated: (id: number) => void
}

/** One link: whom it is for, what it shows, until when; and what would come of it, in one sentence. */
export function ShareForm(props: ShareFormProps) {
  const { chat, links, share, emails, isUnsaved, onClose, onChoose } = props
  const api = useApi()
  const [asking, setAsking] = useState<LinkQuestion | 'choosing'>()
  const form = useShareForm({ ...props, onAsk: () => setAsking('opening') })
  const { saved, draft, outcome, hasChanges, saving, acting } = form
  const stopAsking = () => setAsking(undefined)

  return (
    <>
      <DialogBody>
        {(links.length > 1 || (links.length === 1 && share)) && (
          <LinkChooser
            links={links}
            chosen={share?.id ?? NEW_LINK}
            isBlocked={isUnsaved}
            onChoose={onChoose}
          />
        )}
        {form.isLabelled && (
          <Field
            label="Label, which only you see"
            placeholder="For the team"
            maxLength={MAX_LABEL_LENGTH}
            value={draft.label}
            onChange={(event) => form.change({ ...draft, label: event.target.value })}
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
          list={form.list}
          hasSavedPassword={share?.has_password ?? false}
          added={draft.emails.filter((email) => !isDomainEntry(email) && !emails.includes(email))}
          isNotifying={form.isNotifying}
          onNotify={form.setNotifying}
          justSaved={form.justSaved}
          url={share?.url}
          onDraft={form.change}
          onList={form.changeList}
        />
        <div className="divide-y divide-line border-y border-line">
          <Disclosure
            name="Expiry, views and later changes"
            isOpen={draft.expiresAt !== null || draft.maxViews !== null || saved.content === 'snapshot'}
          >
            <LimitFields
              key={form.round}
              draft={draft}
              share={share}
              onDraft={form.change}
              isRedacted={!share && props.redacted.length > 0}
              isUpdatingSnapshot={acting.isPending}
              onUpdateSnapshot={() => {
                if (share?.is_selection) setAsking('choosing')
                else acting.mutate(updateSnapshot)
              }}
            />
          </Disclosure>
          {share && (
            <Disclosure name="Who read it">
              <ShareReaders share={share} />
            </Disclosure>
          )}
          <Disclosure name="Preview as somebody else">
            <PreviewAs draft={outcome} share={share} isChanged={hasChanges} />
          </Disclosure>
        </div>
      </DialogBody>
      <DialogFooter>
        {/* Here, as what is above scrolls: it says why the button below did nothing. */}
        {form.problem !== undefined && (
          <div className="basis-full">
            <Problem>{form.problem}</Problem>
          </div>
        )}
        <p
          aria-live="polite"
          data-testid="who-can-see"
          className="flex min-w-0 flex-1 basis-full items-start gap-2.5 pb-1 text-[0.9375rem] [overflow-wrap:anywhere] sm:pb-2"
        >
          <EyeIcon className="mt-0.5 size-5 text-accent" />
          <span>{form.sentence}</span>
        </p>
        {share && (
          <Button look="quiet" onClick={hasChanges ? form.discard : onClose}>
            {hasChanges ? 'Discard changes' : 'Done'}
          </Button>
        )}
        {!share && isForOwnerAlone(outcome) && (
          <Button
            className="max-sm:flex-1 max-sm:basis-full"
            isBusy={saving.isPending}
            onClick={() => form.createAndCopy(true)}
          >
            <GlobeIcon /> Create open link and copy
          </Button>
        )}
        {/* One button in all states, so that the focus stays on it. */}
        <Button
          look="primary"
          className={share ? '' : 'max-sm:flex-1 max-sm:basis-full'}
          isBusy={saving.isPending}
          onClick={
            share ? (hasChanges ? form.save : () => void copyLink(share.url)) : () => form.createAndCopy()
          }
        >
          {!(share && hasChanges) && <CopyIcon />}
          {primaryName(share, draft, hasChanges)}
        </Button>
      </DialogFooter>

      <OpeningQuestion
        isOpen={asking === 'opening'}
        share={share}
        saved={saved}
        draft={draft}
        onClose={stopAsking}
        onSave={() => saving.mutateAsync(draft)}
      />
      {share && asking === 'choosing' && (
        <LazyPartDialog chat={chat} share={share} onClose={stopAsking} onPublished={stopAsking} />
      )}
      {share && (
        <LinkQuestions
          share={share}
          asked={asking === 'choosing' ? undefined : asking}
          onClose={stopAsking}
          onChanged={() => form.refetch()}
          onDeleted={() => {
            if (links.length > 1) onChoose(links.find(({ id }) => id !== share.id)?.id ?? NEW_LINK)
          }}
        />
      )}
    </>
  )

  async function updateSnapshot() {
    if (share) await api.updateSnapshot(share)
    say('Snapshot updated: readers see the chat as it is now')
  }
}

function primaryName(share: Share | undefined, draft: ShareDraft, hasChanges: boolean): string {
  if (share) return hasChanges ? 'Save changes' : 'Copy link'
  return draft.audience === 'open' ? 'Create open link and copy' : 'Create private link and copy'
}
