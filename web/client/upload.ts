import { signInAgain } from '../session/session-ended.ts'
import { ApiProblem, problemFrom } from './request.ts'

interface Upload {
  readonly path: string
  readonly form: FormData
  /** how much has gone out, from 0 to 1 */
  readonly onProgress: (part: number) => void
  readonly signal: AbortSignal
}

/** Sends files and tells how far it is, which `fetch` can't. @throws ApiProblem, or AbortError when it is stopped */
export async function upload<T>(wanted: Upload): Promise<T> {
  const answer = await send(wanted)
  if (answer.status !== 401) return read(answer) as T
  await signInAgain()
  return read(await send(wanted)) as T
}

interface UploadAnswer {
  readonly status: number
  readonly text: string
  readonly retryAfter: string | null
}

function send({ path, form, onProgress, signal }: Upload): Promise<UploadAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<UploadAnswer>()
  const sending = new XMLHttpRequest()
  sending.open('POST', path)
  sending.upload.addEventListener('progress', ({ loaded, total }) =>
    onProgress(total > 0 ? loaded / total : 0),
  )
  sending.addEventListener('load', () =>
    resolve({
      status: sending.status,
      text: sending.responseText,
      retryAfter: sending.getResponseHeader('retry-after'),
    }),
  )
  sending.addEventListener('error', () => reject(new ApiProblem(0, INTERRUPTED)))
  signal.addEventListener('abort', () => {
    sending.abort()
    reject(new DOMException('Stopped', 'AbortError'))
  })
  sending.send(form)
  return promise
}

const INTERRUPTED = 'The upload was interrupted. Check your connection and try again.'

function read({ status, text, retryAfter }: UploadAnswer): unknown {
  const body: unknown = parse(text)
  if (status >= 200 && status < 300) return body
  throw problemFrom(status, retryAfter, body)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
