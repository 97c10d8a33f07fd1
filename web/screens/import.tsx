import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { keys, useApi, useRefresh } from '../client/queries.ts'
import type { ImportReport } from '../../src/client/types.ts'
import { formatList } from '../../src/importing/format-list.ts'
import { MAX_DELETED_AT_ONCE } from '../../src/chats/limits.ts'
import { ApiProblem } from '../../src/client/api-problem.ts'
import { WhoIsWho } from '../importing/who-is-who.tsx'
import { leaveDroppedFiles, useDroppedFiles } from '../importing/dropped-files.ts'
import { FileDrop } from '../importing/file-drop.tsx'
import { FoundConversations } from '../importing/found-conversations.tsx'
import { ImportedChats } from '../importing/imported-chats.tsx'
import { Button } from '../ui/button.tsx'
import { PageTitle } from '../ui/page-title.tsx'
import { Problem, sentenceOf } from '../ui/problem.tsx'
import { say } from '../ui/toasts.tsx'

/** Chats from files: drop them, choose among what is in them, and share what came in. */
export function ImportScreen() {
  const api = useApi()
  const refresh = useRefresh()
  const [files, setFiles] = useState<readonly File[]>([])
  const [part, setPart] = useState(0)
  const [names, setNames] = useState<SpeakerNames>()
  const stopping = useRef(new AbortController())

  function run(
    { chosen, speakers }: Taken,
    isDryRun: boolean,
    only?: readonly string[],
  ): Promise<ImportReport> {
    stopping.current = new AbortController()
    setPart(0)
    const { signal } = stopping.current
    return api.importFiles(chosen, {
      dry_run: isDryRun,
      only,
      user_name: speakers?.user,
      assistant_name: speakers?.assistant,
      onProgress: (done, all) => setPart((before) => Math.max(before, all === undefined ? 0 : done / all)),
      signal,
    })
  }

  const looking = useMutation({ mutationFn: (taken: Taken) => run(taken, true) })
  const importing = useMutation({
    mutationFn: (only: readonly string[]) =>
      run(
        { chosen: files, speakers: names },
        false,
        only.length === looking.data?.conversations.length ? undefined : only,
      ),
    onSuccess: () => refresh(keys.chats),
  })

  function take(chosen: readonly File[], speakers?: SpeakerNames) {
    setFiles(chosen)
    setNames(speakers)
    importing.reset()
    looking.mutate({ chosen, speakers })
  }
  async function undo() {
    const ids = importing.data?.chats.map(({ id }) => id) ?? []
    for (let done = 0; done < ids.length; done += MAX_DELETED_AT_ONCE) {
      await api.deleteChats(ids.slice(done, done + MAX_DELETED_AT_ONCE), { undo: true })
    }
    await refresh(keys.chats, keys.shares)
    say(ids.length === 1 ? 'The chat is gone again' : `${ids.length} chats are gone again`)
    startOver()
  }
  function startOver() {
    stopping.current.abort()
    setFiles([])
    looking.reset()
    importing.reset()
  }

  const dropped = useDroppedFiles()
  useEffect(() => {
    if (dropped.length === 0) return
    leaveDroppedFiles([])
    take(dropped)
    // Only what was dropped says when.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [dropped])

  const isBusy = looking.isPending || importing.isPending
  const error = looking.error ?? importing.error
  const unclear = names === undefined && !isBusy ? speakersIn(error, looking.data) : []
  return (
    <div className="flex flex-col gap-5">
      <div>
        <PageTitle>Import chats</PageTitle>
        <p className="mt-2 max-w-2xl text-muted">
          Drop files just as you downloaded them; their format is recognised. You choose what to import, and
          nobody sees it before you share it.
        </p>
        <details className="mt-2 max-w-2xl text-sm text-muted">
          <summary className="min-h-9 rounded-lg font-medium text-ink">What can be imported</summary>
          <ul className="mt-1 flex flex-col gap-1 pl-4">
            {formatList.map(({ from, how }) => (
              <li key={from}>
                <span className="text-ink">{from}</span>
                {how !== undefined && `: ${how}`}
              </li>
            ))}
          </ul>
        </details>
      </div>
      {error && error.name !== 'AbortError' && <Problem>{sentenceOf(error)}</Problem>}
      {unclear.length > 0 && <WhoIsWho speakers={unclear} onChosen={(chosen) => take(files, chosen)} />}
      {isBusy && (
        <Progress
          part={part}
          name={importing.isPending ? 'Importing' : `Reading ${nameOf(files)}`}
          onStop={startOver}
        />
      )}
      {!isBusy && importing.data && (
        <ImportedChats report={importing.data} onMore={startOver} onUndo={undo} />
      )}
      {!isBusy && !importing.data && looking.data && (
        <FoundConversations
          report={looking.data}
          onImport={(only) => importing.mutate(only)}
          onOther={startOver}
        />
      )}
      {!isBusy && !looking.data && <FileDrop onFiles={(chosen) => take(chosen)} />}
    </div>
  )
}

/** Who speaks in files in which it can't be told who is who. */
function speakersIn(error: Error | null, report: ImportReport | undefined): readonly string[] {
  if (error instanceof ApiProblem)
    return error.issues.filter(({ code }) => code === 'speaker').map(({ message }) => message)
  return report?.failed.find(({ speakers }) => speakers !== undefined)?.speakers ?? []
}

interface Taken {
  readonly chosen: readonly File[]
  readonly speakers: SpeakerNames | undefined
}

interface SpeakerNames {
  readonly user?: string
  readonly assistant?: string
}

function nameOf(files: readonly File[]): string {
  const [first] = files
  return files.length === 1 && first ? first.name : `${files.length} files`
}

interface ProgressProps {
  readonly part: number
  readonly name: string
  readonly onStop: () => void
}

function Progress({ part, name, onStop }: ProgressProps) {
  return (
    <div className="card flex flex-col items-center gap-4 px-6 py-14">
      <p role="status" className="text-center [overflow-wrap:anywhere]">
        {name}…
      </p>
      <progress
        aria-label="Sent"
        className="w-full max-w-sm"
        max={1}
        // Once all is sent the server works on, and nobody knows how long.
        value={part < 1 ? part : undefined}
      />
      <Button look="quiet" onClick={onStop}>
        Stop
      </Button>
    </div>
  )
}
