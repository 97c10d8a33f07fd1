import { unreachable } from './api-problem.ts'

/** How many bytes have gone out, and of how many. */
export type Progress = (done: number, all: number | undefined) => void

/** The part of `XMLHttpRequest` that is used; only browsers have it. */
interface Xhr {
  readonly status: number
  readonly responseText: string
  readonly upload: { addEventListener(name: string, listener: (event: Loaded) => void): void }
  withCredentials: boolean
  open(method: string, url: string): void
  setRequestHeader(name: string, value: string): void
  getAllResponseHeaders(): string
  addEventListener(name: string, listener: (event: Loaded) => void): void
  send(body: unknown): void
  abort(): void
}
interface Loaded {
  readonly loaded: number
  readonly total: number
}
const { XMLHttpRequest } = globalThis as { readonly XMLHttpRequest?: new () => Xhr }

/** As `fetch` does it, but tells in a browser how much of a body has gone out, which `fetch` can't there. */
export function fetchByXhr(
  url: string,
  init: NonNullable<Parameters<typeof fetch>[1]>,
  onProgress: Progress,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    if (XMLHttpRequest === undefined) return reject(unreachable())
    const sending = new XMLHttpRequest()
    sending.open(init.method ?? 'GET', url)
    sending.withCredentials = init.credentials === 'include'
    for (const [name, value] of new Headers(init.headers)) sending.setRequestHeader(name, value)
    sending.upload.addEventListener('progress', ({ loaded, total }) =>
      onProgress(loaded, total > 0 ? total : undefined),
    )
    sending.addEventListener('load', () => {
      const { status, responseText } = sending
      resolve(
        new Response(status === 204 ? null : responseText, {
          status,
          headers: headersIn(sending.getAllResponseHeaders()),
        }),
      )
    })
    sending.addEventListener('error', () => reject(unreachable(new Error('The upload was interrupted.'))))
    init.signal?.addEventListener('abort', () => {
      sending.abort()
      reject(init.signal?.reason as Error)
    })
    sending.send(init.body)
  })
}
fetchByXhr.isThere = (): boolean => XMLHttpRequest !== undefined

function headersIn(text: string): Headers {
  const headers = new Headers()
  for (const line of text.trim().split(/[\r\n]+/)) {
    const [name = '', value = ''] = line.split(/: (.*)/s)
    if (name !== '') headers.append(name, value)
  }
  return headers
}
