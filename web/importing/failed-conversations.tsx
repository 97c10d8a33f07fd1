import type { ImportReport } from '../../src/client/types.ts'

/** What stays out, and why; nothing is dropped without a word. */
export function FailedConversations({ report }: { readonly report: ImportReport }) {
  const { failed, counts, left_out_summary: leftOut } = report
  if (counts.failed === 0 && leftOut === null) return null
  return (
    <div className="flex flex-col gap-2 text-sm text-muted">
      {leftOut !== null && <p>Of what is in them: {leftOut}.</p>}
      {counts.failed > 0 && (
        <details>
          <summary className="min-h-9 rounded-lg font-medium text-ink">
            {counts.failed === 1 ? '1 conversation' : `${counts.failed} conversations`} can’t be imported
          </summary>
          <ul className="mt-1 flex flex-col gap-1 pl-4">
            {failed.map(({ title, reason, file }, index) => (
              // Titles may be the same, and the list never changes.
              // oxlint-disable-next-line react/no-array-index-key
              <li key={index} className="[overflow-wrap:anywhere]">
                <span className="text-ink">{title}</span>
                {file !== null && ` in ${file}`}: {reason}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}
