import { useId, useState } from 'react'
import type { Share } from '../../src/client/types.ts'
import { MAX_SHARED_BY_LENGTH } from '../../src/sharing/limits.ts'
import { Field } from '../ui/field.tsx'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/select.tsx'
import { relativeTime, wholeTime } from '../ui/times.ts'
import { EXPIRY_PRESETS, fromLocalField, toLocalField } from './draft/expiry.ts'
import type { ShareDraft } from './draft/share-draft.ts'
import { FirstReadField } from './first-read-field.tsx'

interface LimitFieldsProps {
  readonly draft: ShareDraft
  readonly share: Share | undefined
  readonly onDraft: (draft: ShareDraft) => void
  /** it hides texts of the chat, so it is a snapshot */
  readonly isRedacted: boolean
  readonly onUpdateSnapshot: () => void
  readonly isUpdatingSnapshot: boolean
}

/** Expiry, number of views, live or snapshot, under which name, and whether its owner is told. */
export function LimitFields(props: LimitFieldsProps) {
  return (
    <div className="flex flex-col gap-5 pt-4">
      <div className="grid gap-x-4 gap-y-5 sm:grid-cols-2">
        <ExpiryField {...props} />
        <ViewsField {...props} />
      </div>
      <ContentField {...props} />
      <SharedByField {...props} />
      <FirstReadField
        isWanted={props.draft.mailsFirstRead}
        onChange={(mailsFirstRead) => props.onDraft({ ...props.draft, mailsFirstRead })}
      />
    </div>
  )
}

function ExpiryField({ draft, onDraft }: LimitFieldsProps) {
  const id = useId()
  const [choice, setChoice] = useState(draft.expiresAt === null ? 'never' : 'date')

  function choose(value: string) {
    setChoice(value)
    const preset = EXPIRY_PRESETS.find(({ name }) => name === value)
    if (preset) onDraft({ ...draft, expiresAt: new Date(Date.now() + preset.ms).toISOString() })
    else if (value === 'never') onDraft({ ...draft, expiresAt: null })
  }

  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        Expires
      </label>
      <Select id={id} value={choice} onChange={(event) => choose(event.target.value)}>
        <option value="never">Never</option>
        {EXPIRY_PRESETS.map(({ name }) => (
          <option key={name} value={name}>
            In {name}
          </option>
        ))}
        <option value="date">On a date…</option>
      </Select>
      {choice === 'date' && (
        <input
          type="datetime-local"
          aria-label="Expires on"
          className="field"
          min={toLocalField(new Date().toISOString())}
          value={draft.expiresAt === null ? '' : toLocalField(draft.expiresAt)}
          onChange={(event) =>
            onDraft({ ...draft, expiresAt: fromLocalField(event.target.value) ?? draft.expiresAt })
          }
        />
      )}
      {draft.expiresAt !== null && (
        <p className="text-sm text-muted">
          {wholeTime(draft.expiresAt)} ({relativeTime(draft.expiresAt, Date.now())})
        </p>
      )}
    </div>
  )
}

function ViewsField({ draft, share, onDraft }: LimitFieldsProps) {
  const id = useId()
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        Views at most
      </label>
      <input
        id={id}
        type="number"
        inputMode="numeric"
        min={1}
        max={2147483647}
        step={1}
        placeholder="No limit"
        className="field"
        aria-describedby={`${id}-hint`}
        value={draft.maxViews ?? ''}
        onChange={(event) => {
          const views = Math.trunc(event.target.valueAsNumber)
          onDraft({ ...draft, maxViews: views >= 1 && views <= 2147483647 ? views : null })
        }}
      />
      <p id={`${id}-hint`} className="text-sm text-muted">
        {share ? `${share.view_count} so far. ` : ''}Yours don’t count.
      </p>
    </div>
  )
}

function SharedByField({ draft, onDraft }: LimitFieldsProps) {
  return (
    <Field
      label="Shared by"
      placeholder="No name"
      maxLength={MAX_SHARED_BY_LENGTH}
      autoComplete="name"
      value={draft.sharedBy}
      onChange={(event) => onDraft({ ...draft, sharedBy: event.target.value })}
      hint="Readers see this name above the chat. Without one they see none: your email is never shown."
    />
  )
}

const CONTENTS = [
  { value: 'live', name: 'Live', meaning: 'Readers see whatever you add, change or delete later.' },
  {
    value: 'snapshot',
    name: 'Snapshot',
    meaning: 'Readers see the chat as it is now. What you delete later stays in it until you update it.',
  },
] as const

function ContentField(props: LimitFieldsProps) {
  const { draft, share, isRedacted, onDraft, onUpdateSnapshot, isUpdatingSnapshot } = props
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">What readers see</legend>
      {CONTENTS.map(({ value, name, meaning }) => (
        <label key={value} className="flex items-start gap-3 text-sm">
          <input
            type="radio"
            name="content"
            className="mt-0.5 size-4.5 shrink-0 accent-accent-solid"
            checked={draft.content === value}
            disabled={isRedacted}
            onChange={() => onDraft({ ...draft, content: value })}
          />
          <span>
            <span className="font-medium">{name}.</span> <span className="text-muted">{meaning}</span>
          </span>
        </label>
      ))}
      {share?.snapshot_at && draft.content === 'snapshot' && (
        <div className="flex flex-wrap items-center gap-2 pl-7.5 text-sm text-muted">
          {share.is_selection ? 'A part of the chat, taken' : 'Taken'} {wholeTime(share.snapshot_at)}
          <Button size="small" isBusy={isUpdatingSnapshot} onClick={onUpdateSnapshot}>
            {share.is_selection ? 'Choose the part anew…' : 'Update snapshot'}
          </Button>
        </div>
      )}
    </fieldset>
  )
}
