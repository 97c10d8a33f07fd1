import { MAX_PASSWORD_LENGTH } from '../../src/accounts/password.ts'
import { useId, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { copyText } from '../ui/copy-text.ts'
import { CopyIcon, DiceIcon, EyeIcon } from '../ui/icons.tsx'
import { say } from '../ui/toasts.tsx'
import { generatePassword } from './draft/generate-password.ts'
import type { DraftPassword } from './draft/share-draft.ts'

interface PasswordFieldProps {
  readonly password: DraftPassword
  /** whether the server has a password for this share */
  readonly isSet: boolean
  /** the one that was saved just now, as long as the dialog is open */
  readonly justSaved: string | undefined
  /** of the share, to be copied with a password */
  readonly url: string | undefined
  readonly onChange: (password: DraftPassword) => void
}

/** A share's password: typed or made up, shown and copied until the dialog closes; afterwards nobody can read it. */
export function PasswordField({ password, isSet, justSaved, url, onChange }: PasswordFieldProps) {
  const id = useId()
  const [isShown, setShown] = useState(false)

  if (password.kind === 'kept') {
    return (
      <div className="flex flex-wrap items-center gap-2">
        {justSaved !== undefined && url !== undefined && <JustSaved password={justSaved} url={url} />}
        <p className="min-w-0 flex-1 basis-52 text-sm">
          <strong className="block font-medium">A password is set</strong>
          <span className="text-muted">
            {justSaved === undefined
              ? 'Nobody can read it any more, not even you.'
              : 'You see it until you close this; after that nobody can read it, not even you.'}
          </span>
        </p>
        <div className="flex gap-2">
          <Button
            size="small"
            aria-label="Change password"
            onClick={() => onChange({ kind: 'new', text: '' })}
          >
            Change
          </Button>
          <Button
            size="small"
            look="quiet-danger"
            aria-label="Remove password"
            onClick={() => onChange({ kind: 'none' })}
          >
            Remove
          </Button>
        </div>
      </div>
    )
  }

  const text = password.kind === 'new' ? password.text : ''
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {isSet && password.kind === 'new' ? 'New password' : 'Password'}{' '}
        <span className="font-normal text-muted">{isSet && password.kind === 'new' ? '' : '(optional)'}</span>
      </label>
      <div className="flex flex-wrap gap-1.5">
        <input
          id={id}
          className="field min-w-40 flex-1 font-mono"
          type={isShown ? 'text' : 'password'}
          autoComplete="new-password"
          spellCheck={false}
          maxLength={MAX_PASSWORD_LENGTH}
          aria-describedby={`${id}-hint`}
          value={text}
          onChange={(event) =>
            onChange(
              event.target.value === '' && !isSet
                ? { kind: 'none' }
                : { kind: 'new', text: event.target.value },
            )
          }
        />
        <Button
          size="icon"
          aria-label="Show password"
          aria-pressed={isShown}
          onClick={() => setShown(!isShown)}
        >
          <EyeIcon />
        </Button>
        <Button
          aria-label="Generate a password"
          onClick={() => {
            onChange({ kind: 'new', text: generatePassword() })
            setShown(true)
          }}
        >
          <DiceIcon /> Generate
        </Button>
        <Button
          size="icon"
          aria-label="Copy password"
          disabled={text === ''}
          onClick={() => void copyPassword(text)}
        >
          <CopyIcon />
        </Button>
      </div>
      <p id={`${id}-hint`} className="text-sm text-muted">
        {isSet && password.kind === 'none'
          ? 'The password goes away when you save.'
          : 'Send it separately from the link. After saving, nobody can read it here, not even you.'}
      </p>
      {isSet && (
        <Button size="small" look="quiet" className="self-start" onClick={() => onChange({ kind: 'kept' })}>
          Keep the current password
        </Button>
      )}
    </div>
  )
}

/** Typed or made up a moment ago: here it can still be passed on. */
function JustSaved({ password, url }: { readonly password: string; readonly url: string }) {
  return (
    <div className="flex w-full flex-wrap gap-1.5">
      <input
        aria-label="The new password"
        className="field min-w-40 flex-1 font-mono"
        readOnly
        value={password}
        onFocus={(event) => event.target.select()}
      />
      <Button size="icon" aria-label="Copy password" onClick={() => void copyPassword(password)}>
        <CopyIcon />
      </Button>
      <Button onClick={() => void copyBoth(url, password)}>
        <CopyIcon /> Copy link and password
      </Button>
    </div>
  )
}

async function copyBoth(url: string, password: string): Promise<void> {
  const isCopied = await copyText(`${url}\nPassword: ${password}`)
  say(
    isCopied ? 'Link and password copied' : 'The browser didn’t allow copying: select each and press Ctrl+C',
  )
}

async function copyPassword(password: string): Promise<void> {
  const isCopied = await copyText(password)
  say(isCopied ? 'Password copied' : 'The browser didn’t allow copying: select it and press Ctrl+C')
}
