import { useMemo, useState } from 'react'
import type { ImportedConversation, ImportReport } from '../../src/client/types.ts'
import { shownModel } from '../../src/chats/shown-model.ts'
import { Button } from '../ui/button.tsx'
import { SearchIcon } from '../ui/icons.tsx'
import { relativeTime } from '../ui/times.ts'
import { FailedConversations } from './failed-conversations.tsx'

interface FoundConversationsProps {
  readonly report: ImportReport
  readonly onImport: (keys: readonly string[]) => void
  readonly onOther: () => void
}

const PAGE = 100

const OUTCOMES: Record<ImportedConversation['outcome'], string | undefined> = {
  new: undefined,
  updated: 'has grown since you imported it',
  unchanged: 'is here already',
  edited: 'is here already, and you changed it: it is left alone',
  secrets: 'has secrets in it: it is left out',
}

function bringsSomething({ outcome }: ImportedConversation): boolean {
  return outcome === 'new' || outcome === 'updated'
}

/** So many are chosen from the start. Of more, somebody wants a few. */
const CHOSEN_AT_MOST = 50

/** What is in the files, the newest first, to choose from. */
export function FoundConversations({ report, onImport, onOther }: FoundConversationsProps) {
  const conversations = useMemo(() => newestFirst(report.conversations), [report])
  const [query, setQuery] = useState('')
  const [shown, setShown] = useState(PAGE)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => {
    const bringing = conversations.filter(bringsSomething)
    return new Set(bringing.length > CHOSEN_AT_MOST ? [] : bringing.map(({ source_key: key }) => key))
  })
  const found = useMemo(() => {
    const wanted = query.trim().toLowerCase()
    return conversations.filter(({ name }) => name.toLowerCase().includes(wanted))
  }, [conversations, query])
  const areAllChosen = found.every(({ source_key: key }) => chosen.has(key))

  function choose(keys: readonly string[], isChosen: boolean) {
    const these = new Set(keys)
    setChosen(isChosen ? chosen.union(these) : chosen.difference(these))
  }

  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <div className="relative min-w-48 flex-1">
          <SearchIcon className="pointer-events-none absolute top-3 left-3 size-5 text-muted" />
          <input
            type="search"
            aria-label={`Search ${conversations.length} conversations`}
            placeholder="Search"
            className="field pl-10!"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        </div>
        <Button
          onClick={() =>
            choose(
              found.map(({ source_key: key }) => key),
              !areAllChosen,
            )
          }
        >
          {areAllChosen ? 'Choose none' : `Choose all ${found.length}`}
        </Button>
      </div>
      {found.length === 0 ? (
        <p className="card px-6 py-12 text-center text-muted">
          No conversation is called that. Try fewer letters.
        </p>
      ) : (
        <ul className="card divide-y divide-line overflow-hidden" aria-label="Conversations in the files">
          {found.slice(0, shown).map((conversation) => (
            <li key={conversation.source_key}>
              <label className="flex cursor-pointer items-start gap-3.5 px-4 py-3 hover:bg-sunken/60 has-checked:bg-accent-soft">
                <input
                  type="checkbox"
                  className="mt-1 size-4.5 shrink-0 accent-accent-solid"
                  checked={chosen.has(conversation.source_key)}
                  onChange={(event) => choose([conversation.source_key], event.target.checked)}
                />
                <span className="min-w-0">
                  <span className="line-clamp-2 font-medium [overflow-wrap:anywhere]">
                    {conversation.name}
                  </span>
                  <span className="text-sm text-muted">{factsOf(conversation)}</span>
                </span>
              </label>
            </li>
          ))}
        </ul>
      )}
      {found.length > shown && (
        <Button className="self-center" onClick={() => setShown(shown + PAGE)}>
          Show {Math.min(PAGE, found.length - shown)} more of {found.length}
        </Button>
      )}
      <FailedConversations report={report} />
      <div className="sticky bottom-0 -mx-4 flex flex-wrap items-center justify-end gap-2 border-t border-line bg-ground/95 px-4 py-3 backdrop-blur sm:-mx-6 sm:px-6">
        <p className="mr-auto text-sm text-muted" role="status">
          {chosen.size} of {conversations.length} chosen
        </p>
        <Button look="quiet" onClick={onOther}>
          Other files
        </Button>
        <Button look="primary" disabled={chosen.size === 0} onClick={() => onImport([...chosen])}>
          {chosen.size === 1 ? 'Import 1 chat' : `Import ${chosen.size} chats`}
        </Button>
      </div>
    </>
  )
}

const timeOf = ({ created_at: begun }: ImportedConversation) => (begun === null ? 0 : Date.parse(begun))

/** Those without a time stay where they were, at the end. */
function newestFirst(conversations: readonly ImportedConversation[]): ImportedConversation[] {
  return conversations.toSorted((a, b) => timeOf(b) - timeOf(a))
}

function factsOf(conversation: ImportedConversation): string {
  const { message_count: count, created_at: begun, model, outcome } = conversation
  return [
    count === 1 ? '1 message' : `${count} messages`,
    shownModel(model) || undefined,
    begun === null ? undefined : relativeTime(begun, Date.now()),
    OUTCOMES[outcome],
  ]
    .filter((fact) => fact !== undefined)
    .join(' · ')
}
