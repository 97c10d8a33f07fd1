import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useId, useState } from 'react'
import { isDomainEntry, normaliseEmail } from '../../src/accounts/email.ts'
import { previewAddress } from '../client/api.ts'
import { serverFactsQuery, signInMethodsQuery, useApi } from '../client/queries.ts'
import type { Share } from '../../src/client/types.ts'
import { sentenceOf } from '../ui/problem.tsx'
import { Select } from '../ui/select.tsx'
import { outcomeSentence, predictedSentence, predictPreview } from './draft/predict-preview.ts'
import type { ShareDraft } from './draft/share-draft.ts'

interface PreviewAsProps {
  readonly draft: ShareDraft
  readonly share: Share | undefined
  /** the draft differs from what is saved */
  readonly isChanged: boolean
}

/** What somebody else gets: asked of the server where the share is saved, else worked out, and said which. */
export function PreviewAs({ draft, share, isChanged }: PreviewAsProps) {
  const id = useId()
  const api = useApi()
  const server = useQuery(serverFactsQuery).data
  const hasSignOn = Boolean(useQuery(signInMethodsQuery).data?.single_sign_on)
  const [who, setWho] = useState('stranger')
  const [other, setOther] = useState('')
  const [knowsPassword, setKnowsPassword] = useState(false)
  const hasPassword = draft.audience === 'private' && draft.password.kind !== 'none'
  const people = draft.audience === 'private' ? draft.emails : []

  const address = isDomainEntry(who) ? `somebody${who}` : who
  const email =
    who === 'stranger' || who === 'password' ? undefined : normaliseEmail(who === 'other' ? other : address)
  const visitor = { email, hasPassword: who === 'password' || (hasPassword && knowsPassword) }
  const isWhole = email !== undefined || who === 'stranger' || who === 'password'
  const isSaved = share !== undefined && !isChanged

  const asked = {
    ...(visitor.email === undefined ? {} : { email: visitor.email }),
    has_password: visitor.hasPassword,
  }
  const asking = useMutation({
    mutationFn: (saved: Share) => api.previewShare(saved, asked),
  })
  const { mutate } = asking
  useEffect(() => {
    if (share && isSaved && isWhole) mutate(share)
    // The visitor is compared by what it is made of.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [share, isSaved, isWhole, mutate, visitor.email, visitor.hasPassword])

  const predicted = predictPreview(draft, visitor, {
    isPaused: share?.is_shared === false,
    viewCount: share?.view_count ?? 0,
    now: Date.now(),
  })
  return (
    <div className="flex flex-col gap-3 pt-4">
      <div className="flex flex-wrap items-end gap-3">
        <div className="flex min-w-48 flex-1 flex-col gap-1.5">
          <label htmlFor={id} className="text-sm font-medium">
            See it as
          </label>
          <Select id={id} value={who} onChange={(event) => setWho(event.target.value)}>
            <option value="stranger">a stranger with the link</option>
            <option value="password">someone with the link and the password</option>
            {people.map((person) => (
              <option key={person} value={person}>
                {isDomainEntry(person) ? `somebody${person}` : person}
              </option>
            ))}
            <option value="other">somebody signed in as…</option>
          </Select>
        </div>
        {who === 'other' && (
          <input
            aria-label="Their email"
            className="field min-w-48 flex-1"
            type="email"
            placeholder="ada@example.com"
            value={other}
            onChange={(event) => setOther(event.target.value)}
          />
        )}
        {hasPassword && who !== 'stranger' && who !== 'password' && (
          <label className="flex min-h-11 items-center gap-2 text-sm">
            <input
              type="checkbox"
              className="size-4.5 accent-accent-solid"
              checked={knowsPassword}
              onChange={(event) => setKnowsPassword(event.target.checked)}
            />
            who knows the password
          </label>
        )}
      </div>
      <div aria-live="polite" className="rounded-xl border border-line bg-surface p-4 text-sm">
        {!isWhole && <p className="text-muted">Write their email to see what they get.</p>}
        {isWhole && !isSaved && (
          <p>
            <strong className="font-medium">
              {predictedSentence(predicted, visitor, { isListed: people.length > 0, server, hasSignOn })}
            </strong>{' '}
            <span className="text-muted">This applies once you save.</span>
          </p>
        )}
        {isWhole && isSaved && asking.isError && <p className="text-danger">{sentenceOf(asking.error)}</p>}
        {isWhole && isSaved && asking.data && (
          <p>
            <strong className="font-medium">
              {asking.data.hint ?? outcomeSentence(asking.data.outcome)}
            </strong>{' '}
            <span className="text-muted">This is their page:</span>
          </p>
        )}
        {isWhole && isSaved && asking.isPending && !asking.data && (
          <p className="text-muted">Asking the server…</p>
        )}
      </div>
      {share && isSaved && isWhole && asking.data && (
        // Without a sandbox: it is our own page, under a policy of its own, and follows the theme by script.
        // oxlint-disable-next-line react/iframe-missing-sandbox
        <iframe
          // Another one for each, as a frame's addresses would become steps of the way back.
          key={`${share.updated_at} ${visitor.email} ${visitor.hasPassword}`}
          title="The page as they get it"
          onLoad={(event) => event.currentTarget.scrollIntoView({ block: 'nearest' })}
          className="h-112 max-h-[70vh] w-full rounded-xl border border-line-strong bg-surface"
          src={previewAddress(api, share, asked)}
        />
      )}
    </div>
  )
}
