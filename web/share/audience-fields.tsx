import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { serverFactsQuery, signInMethodsQuery } from '../client/queries.ts'
import type { ServerFacts } from '../../src/client/types.ts'
import { useUnconfirmedEmail } from '../session/confirm-email.tsx'
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
  /** addresses that would be new on the list */
  readonly added: readonly string[]
  readonly isNotifying: boolean
  readonly onNotify: (isNotifying: boolean) => void
}

/** Open or private, and who is let in. */
export function AudienceFields(props: AudienceFieldsProps) {
  const { draft, list, hasSavedPassword, justSaved, url, onDraft, onList } = props
  const { added, isNotifying, onNotify } = props
  const facts = useQuery(serverFactsQuery).data
  const methods = useQuery(signInMethodsQuery).data
  const unconfirmed = useUnconfirmedEmail()
  return (
    <div className="flex flex-col gap-4">
      <fieldset>
        <legend className="sr-only">Who may see it</legend>
        <div className="grid gap-2 sm:grid-cols-2">
          <Choice
            value="private"
            draft={draft}
            onDraft={onDraft}
            icon={<LockIcon />}
            name="Private"
            meaning="Only you, until you add a password or people"
          />
          <Choice
            value="open"
            draft={draft}
            onDraft={onDraft}
            icon={<GlobeIcon />}
            name="Open"
            meaning="Anyone with the link"
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
          <EmailChips
            list={list}
            onChange={onList}
            hint={howTheyProveIt(facts, methods?.single_sign_on?.name)}
          />
          {facts?.sends_mail && added.length > 0 && (
            <label className="flex min-h-11 items-center gap-3 text-sm">
              <input
                type="checkbox"
                className="size-4.5 accent-accent-solid"
                checked={isNotifying && !unconfirmed}
                disabled={unconfirmed !== undefined}
                onChange={(event) => onNotify(event.target.checked)}
              />
              <span>
                Mail the link to {added.length === 1 ? added[0] : `the ${added.length} new addresses`}
                {unconfirmed && ': confirm your own address first, on your account’s page'}
              </span>
            </label>
          )}
        </div>
      )}
    </div>
  )
}

/** @param provider of the single sign-on, if there is one */
function howTheyProveIt(facts: ServerFacts | undefined, provider: string | undefined): string {
  if (facts?.sends_mail) return 'They get a code by mail that opens the chat, and need no account.'
  if (facts?.unverified_emails === 'refuse' && provider !== undefined) {
    return `They sign in with ${provider}, which has to have verified that email. A password works without that.`
  }
  if (facts?.unverified_emails === 'refuse') {
    return 'They sign in with that email, once the operator of this server has verified it: it sends no mail. A password works without that.'
  }
  return 'They sign in with that email to read it, and can create an account for it later.'
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
