import { parentPort } from 'node:worker_threads'
import { type PreviewText, writePreview } from './preview.ts'
import { type MessageHtml, renderMessage } from './render-message.ts'

/** What the worker is asked: one message at a time, so that each has its own time limit. */
export type RenderRequest = { content: string; idPrefix: string }

/** Or for the preview of a chat, by its title and first message. */
export type PreviewRequest = { title: string; content: string; maxChars: number }

/** What it says: first that it is there, then when it reads grammars for a message, then the message, undefined for one it can't render. */
export type RenderReport =
  | { type: 'ready' }
  | { type: 'loading' }
  | { type: 'loaded' }
  | { type: 'rendered'; message: MessageHtml | undefined }
  | { type: 'previewed'; preview: PreviewText | undefined }

function report(message: RenderReport): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(message)
}

parentPort?.on('message', (request: RenderRequest | PreviewRequest) => {
  if ('title' in request) preview(request)
  else render(request)
})

function preview({ maxChars, ...chat }: PreviewRequest): void {
  writePreview(chat, maxChars).then(
    (made) => report({ type: 'previewed', preview: made }),
    () => report({ type: 'previewed', preview: undefined }),
  )
}

function render({ content, idPrefix }: RenderRequest): void {
  renderMessage(content, {
    idPrefix,
    onLoad: (isLoading) => report({ type: isLoading ? 'loading' : 'loaded' }),
  }).then(
    (message) => report({ type: 'rendered', message }),
    () => report({ type: 'rendered', message: undefined }),
  )
}

report({ type: 'ready' })
