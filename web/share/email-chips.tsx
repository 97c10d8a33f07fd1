import { useEffect, useId, useRef } from 'react'
import { CloseIcon } from '../ui/icons.tsx'
import { splitEmails } from './draft/split-emails.ts'

export interface EmailList {
  /** normal forms */
  readonly emails: readonly string[]
  /** what was written but is no address */
  readonly rejected: readonly string[]
  /** what is being written */
  readonly text: string
}

/** From so many on they scroll in a box of their own, so that what comes after them stays within reach. */
const MANY = 12

interface EmailChipsProps {
  readonly list: EmailList
  readonly onChange: (list: EmailList) => void
  /** how they prove that the email is theirs */
  readonly hint: string
}

/** Takes what is being written into the list. */
export function commitEmails(list: EmailList): EmailList {
  const { emails, rejected } = splitEmails(list.text)
  return {
    emails: [...new Set([...list.emails, ...emails])],
    rejected: [...new Set([...list.rejected, ...rejected])],
    text: '',
  }
}

/** People by their email: each a chip, lists are pasted whole, and what is no address says so by itself. */
export function EmailChips({ list, onChange, hint }: EmailChipsProps) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const chips = useRef<HTMLUListElement>(null)
  const { emails, rejected, text } = list
  const isMany = emails.length >= MANY

  // What is added comes last.
  const count = useRef(emails.length)
  useEffect(() => {
    if (emails.length > count.current) chips.current?.scrollTo({ top: chips.current.scrollHeight })
    count.current = emails.length
  }, [emails.length])

  function remove(email: string) {
    onChange({ ...list, emails: emails.filter((one) => one !== email) })
    input.current?.focus()
  }
  function mend(wrong: string) {
    onChange({ ...list, rejected: rejected.filter((one) => one !== wrong), text: wrong })
    input.current?.focus()
  }
  function drop(wrong: string) {
    onChange({ ...list, rejected: rejected.filter((one) => one !== wrong) })
    input.current?.focus()
  }

  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        People, by email
      </label>
      <div className="field flex flex-wrap items-center gap-1.5 p-1.5! focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-accent">
        {emails.length > 0 && (
          <ul
            ref={chips}
            aria-label="On the list"
            className={isMany ? 'flex max-h-48 w-full flex-wrap gap-1.5 overflow-y-auto' : 'contents'}
          >
            {emails.map((email) => (
              <li
                key={email}
                className="inline-flex max-w-full items-center rounded-lg bg-accent-soft pl-2.5 text-sm text-ink"
              >
                <span className="truncate" title={email}>
                  {email}
                </span>
                <button
                  type="button"
                  aria-label={`Remove ${email}`}
                  onClick={() => remove(email)}
                  className="ml-0.5 inline-flex size-8 shrink-0 items-center justify-center rounded-lg text-muted hover:text-ink"
                >
                  <CloseIcon className="size-3.5" />
                </button>
              </li>
            ))}
          </ul>
        )}
        <input
          ref={input}
          id={id}
          type="text"
          inputMode="email"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          aria-describedby={`${id}-hint`}
          placeholder={emails.length === 0 ? 'ada@example.com' : 'Add another'}
          value={text}
          className="min-h-8 min-w-36 flex-1 bg-transparent px-1.5 outline-none"
          onChange={(event) => onChange({ ...list, text: event.target.value })}
          onBlur={() => {
            if (text.trim() !== '') onChange(commitEmails(list))
          }}
          onPaste={(event) => {
            const pasted = event.clipboardData.getData('text')
            if (!/[\s,;]/.test(pasted.trim())) return
            event.preventDefault()
            onChange(commitEmails({ ...list, text: `${text} ${pasted}` }))
          }}
          onKeyDown={(event) => {
            if (['Enter', ',', ';', ' '].includes(event.key) && !event.nativeEvent.isComposing) {
              if (text.trim() === '' && event.key === 'Enter') return
              event.preventDefault()
              if (text.trim() !== '') onChange(commitEmails(list))
            } else if (event.key === 'Backspace' && text === '') {
              const last = emails.at(-1)
              if (last !== undefined) onChange({ ...list, emails: emails.slice(0, -1) })
            }
          }}
        />
      </div>
      <p id={`${id}-hint`} className="text-sm text-muted">
        {hint} You can paste a whole list, and let everyone of a domain in with @example.com.
      </p>
      {rejected.length > 0 && (
        <div role="alert">
          <ul aria-label="Not email addresses" className="flex flex-col gap-1">
            {rejected.map((wrong) => (
              <li
                key={wrong}
                className="flex items-center gap-2 rounded-lg bg-danger-soft py-0.5 pr-1 pl-3 text-sm text-danger"
              >
                <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
                  <strong>{wrong}</strong> is not an email address
                </span>
                <button
                  type="button"
                  className="min-h-9 rounded-lg px-2 font-medium underline"
                  onClick={() => mend(wrong)}
                >
                  Correct<span className="sr-only"> {wrong}</span>
                </button>
                <button
                  type="button"
                  className="min-h-9 rounded-lg px-2 font-medium underline"
                  onClick={() => drop(wrong)}
                >
                  Leave out<span className="sr-only"> {wrong}</span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}
