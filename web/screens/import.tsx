import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { keys, useApi, useRefresh } from '../client/queries.ts'
import type { ImportReport } from '../client/types.ts'
import { FileDrop } from '../importing/file-drop.tsx'
import { FoundConversations } from '../importing/found-conversations.tsx'
import { ImportedChats } from '../importing/imported-chats.tsx'
import { Button } from '../ui/button.tsx'
import { PageTitle } from '../ui/page-title.tsx'
import { Problem, sentenceOf } from '../ui/problem.tsx'

/** Chats from files: drop them, choose among what is in them, and share what came in. */
export function ImportScreen() {
  const api = useApi()
  const refresh = useRefresh()
  const [files, setFiles] = useState<readonly File[]>([])
  const [part, setPart] = useState(0)
  const stopping = useRef(new AbortController())

  function run(chosen: readonly File[], isDryRun: boolean, only?: readonly string[]): Promise<ImportReport> {
    stopping.current = new AbortController()
    setPart(0)
    return api.importFiles(chosen, { isDryRun, only, onProgress: setPart, signal: stopping.current.signal })
  }

  const looking = useMutation({ mutationFn: (chosen: readonly File[]) => run(chosen, true) })
  const importing = useMutation({
    mutationFn: (only: readonly string[]) =>
      run(files, false, only.length === looking.data?.conversations.length ? undefined : only),
    onSuccess: () => refresh(keys.chats),
  })

  function take(chosen: readonly File[]) {
    setFiles(chosen)
    importing.reset()
    looking.mutate(chosen)
  }
  function beginAnew() {
    stopping.current.abort()
    setFiles([])
    looking.reset()
    importing.reset()
  }

  const isBusy = looking.isPending || importing.isPending
  const error = looking.error ?? importing.error
  return (
    <div className="flex flex-col gap-5">
      <div>
        <PageTitle>Import chats</PageTitle>
        <p className="mt-2 max-w-2xl text-muted">
          From the data exports of ChatGPT, Claude, Open WebUI, LibreChat and AI Studio, sessions of Claude
          Code and Codex, JSON and Markdown. You choose what comes in, and nobody sees it before you share it.
        </p>
      </div>
      {error && error.name !== 'AbortError' && <Problem>{sentenceOf(error)}</Problem>}
      {isBusy && (
        <Progress
          part={part}
          name={importing.isPending ? 'Importing' : `Reading ${nameOf(files)}`}
          onStop={beginAnew}
        />
      )}
      {!isBusy && importing.data && <ImportedChats report={importing.data} onMore={beginAnew} />}
      {!isBusy && !importing.data && looking.data && (
        <FoundConversations
          report={looking.data}
          onImport={(only) => importing.mutate(only)}
          onOther={beginAnew}
        />
      )}
      {!isBusy && !looking.data && <FileDrop onFiles={take} />}
    </div>
  )
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
        className="h-2 w-full max-w-sm accent-accent-solid"
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
