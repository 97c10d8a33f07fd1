import { parentPort } from 'node:worker_threads'
import { type MessageHtml, renderMessage } from './render-message.ts'

/** What the worker is asked: one message at a time, so that each has its own time limit. */
export type RenderRequest = { content: string; idPrefix: string }

/** What it says: first that it is there, then when it reads grammars for a message, then the message, undefined for one it can't render. */
export type RenderReport =
  | { type: 'ready' }
  | { type: 'loading' }
  | { type: 'loaded' }
  | { type: 'rendered'; message: MessageHtml | undefined }

function report(message: RenderReport): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(message)
}

parentPort?.on('message', ({ content, idPrefix }: RenderRequest) => {
  renderMessage(content, {
    idPrefix,
    onLoad: (isLoading) => report({ type: isLoading ? 'loading' : 'loaded' }),
  }).then(
    (message) => report({ type: 'rendered', message }),
    () => report({ type: 'rendered', message: undefined }),
  )
})

report({ type: 'ready' })
