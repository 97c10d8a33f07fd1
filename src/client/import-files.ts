import { ApiProblem, parseJson, refusal, unexpected } from './api-problem.ts'
import type { Progress } from './fetch-by-xhr.ts'
import { asForm, type FileToSend, sizeOf } from './multipart.ts'
import type { ClientOptions, Opened, Sender } from './sender.ts'
import type { ImportLine, ImportQuery, ImportReport } from './types.ts'

/** Of a long file, little is heard while the server works on it. */
const IMPORT_SILENCE_MS = 120_000

type Wishes = {
  readonly [Name in keyof Omit<ImportQuery, 'dry_run' | 'chat_id'>]?: ImportQuery[Name] | undefined
}

export interface ImportOptions extends Wishes {
  /** only tells what would come in */
  readonly dry_run?: boolean | undefined
  readonly chat_id?: number | undefined
  /** source keys of the conversations to take, as a dry run tells them; all unless said */
  readonly only?: readonly string[] | undefined
  /** in a browser of what went out, elsewhere of what the server has read */
  readonly onProgress?: Progress | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Imports chats from files; each conversation is stored by itself, and importing again adds nothing twice.
 *
 * @throws ApiProblem; what came in before it stays
 */
export async function importFiles(
  sender: Sender,
  options: ClientOptions,
  path: string,
  files: readonly FileToSend[],
  { only, onProgress, signal, user_name, assistant_name, ...query }: ImportOptions = {},
): Promise<ImportReport> {
  const form = asForm(
    {
      ...(only === undefined ? {} : { only: JSON.stringify(only) }),
      ...(user_name === undefined ? {} : { user_name }),
      ...(assistant_name === undefined ? {} : { assistant_name }),
    },
    files,
  )
  const { failure } = form
  const all = files
    .map(sizeOf)
    .reduce<number | undefined>(
      (sum, size) => (sum === undefined || size === undefined ? undefined : sum + size),
      0,
    )
  try {
    const opened = await sender.open('POST', path, {
      body: form.body,
      query,
      headers: { accept: 'application/x-ndjson', ...form.headers },
      signal,
      onProgress,
      timeoutMs: Math.max(options.timeoutMs ?? 0, IMPORT_SILENCE_MS),
    })
    for await (const line of linesIn(opened)) {
      if (options.isAnswer?.('ImportLine', line) === false) throw unexpected(opened.status, opened.headers)
      if (line.type === 'progress') onProgress?.(line.received, all)
      else if (line.type === 'result') {
        const { type: _, ...report } = line
        return report
      } else if (line.type === 'error') throw refusal(line.statusCode, new Headers(), JSON.stringify(line))
    }
    throw new ApiProblem(
      'unreachable',
      'The connection broke off before the import was done. Import again: nothing comes in twice.',
    )
  } catch (error) {
    // Where a file can't be read to its end, the connection breaks off because of that.
    if (failure() !== undefined) throw failure()
    throw error instanceof ApiProblem ? (options.asError?.(error) ?? error) : error
  }
}

async function* linesIn({ status, headers, chunks }: Opened): AsyncGenerator<ImportLine, void> {
  const decoder = new TextDecoder()
  let begun: string[] = []
  for await (const chunk of chunks) {
    const [end = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n')
    begun.push(end)
    for (const beginning of others) {
      const line = parseJson(begun.join(''))
      if (typeof line !== 'object' || line === null || !('type' in line)) throw unexpected(status, headers)
      yield line as ImportLine
      begun = [beginning]
    }
  }
}
