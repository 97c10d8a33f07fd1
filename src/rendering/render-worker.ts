import { parentPort } from 'node:worker_threads'
import { renderMessage } from './render-message.ts'

/** What the worker is asked: one message at a time, so that each has its own time limit. */
export type RenderRequest = { content: string; idPrefix: string }

/** What it says: first that it is there, then the HTML of each message, undefined for one it can't render. */
export type RenderReport = { type: 'ready' } | { type: 'rendered'; html: string | undefined }

function report(message: RenderReport): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(message)
}

parentPort?.on('message', ({ content, idPrefix }: RenderRequest) => {
  renderMessage(content, { idPrefix }).then(
    (html) => report({ type: 'rendered', html }),
    () => report({ type: 'rendered', html: undefined }),
  )
})

report({ type: 'ready' })
