import type { ReactNode } from 'react'
import { GlobeIcon, LockIcon } from '../ui/icons.tsx'
import { EmailChips, type EmailList } from './email-chips.tsx'
import { PasswordField } from './password-field.tsx'
import type { ShareDraft } from './draft/share-draft.ts'

interface AudienceFieldsProps {
  readonly draft: ShareDraft
  readonly list: EmailList
  readonly hasSavedPassword: boolean
  /** the password that was saved just now, as long as the dialog is open */
  readonly justSaved: string | undefined
  /** of the share, once there is one */
  readonly url: string | undefined
  readonly onDraft: (draft: ShareDraft) => void
  readonly onList: (list: EmailList) => void
}

/** Open or private, and who is let in. */
export function AudienceFields(props: AudienceFieldsProps) {
  const { draft, list, hasSavedPassword, justSaved, url, onDraft, onList } = props
  return (
    <div className="flex flex-col gap-4">
      <fieldset>
        <legend className="sr-only">Who may see it</legend>
        <div className="grid gap-2 sm:grid-cols-2">
          <Choice
            value="open"
            draft={draft}
            onDraft={onDraft}
            icon={<GlobeIcon />}
            name="Open"
            meaning="Anyone with the link"
          />
          <Choice
            value="private"
            draft={draft}
            onDraft={onDraft}
            icon={<LockIcon />}
            name="Private"
            meaning="Password, people, or both"
          />
        </div>
      </fieldset>
      {draft.audience === 'private' && (
        <div className="flex flex-col gap-5 rounded-xl bg-sunken p-4">
          <PasswordField
            password={draft.password}
            isSet={hasSavedPassword}
            justSaved={justSaved}
            url={url}
            onChange={(password) => onDraft({ ...draft, password })}
          />
          <EmailChips list={list} onChange={onList} />
        </div>
      )}
    </div>
  )
}

interface ChoiceProps {
  readonly value: ShareDraft['audience']
  readonly draft: ShareDraft
  readonly onDraft: (draft: ShareDraft) => void
  readonly icon: ReactNode
  readonly name: string
  readonly meaning: string
}

function Choice({ value, draft, onDraft, icon, name, meaning }: ChoiceProps) {
  return (
    <label className="flex cursor-pointer items-start gap-3 rounded-xl border border-line-strong p-3.5 transition-colors has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
      <input
        type="radio"
        name="audience"
        className="sr-only"
        checked={draft.audience === value}
        onChange={() => onDraft({ ...draft, audience: value })}
      />
      <span className={draft.audience === value ? 'text-accent' : 'text-muted'}>{icon}</span>
      <span>
        <span className="block font-medium">{name}</span>
        <span className="block text-sm text-muted">{meaning}</span>
      </span>
    </label>
  )
}
