import { parentPort } from 'node:worker_threads'
import { type PreviewText, writePreview } from './preview.ts'
import { type MessageHtml, renderMessage } from './render-message.ts'
import { workedMs } from './worked-time.ts'

/** What the worker is asked: one message, or several small ones, which share a time limit. */
export type RenderRequest = { content: string; idPrefix: string }

/** Or for the preview of a chat, by its title and first message. */
export type PreviewRequest = { title: string; content: string; maxChars: number }

/** What it says, and how long it has worked until then. */
export type RenderReport = RenderNews & { readonly workedMs: number }

/** First that it is there, then when it reads grammars, then what it made, undefined for what it can't. */
type RenderNews =
  | { type: 'ready' }
  | { type: 'loading' }
  | { type: 'loaded' }
  | { type: 'rendered'; messages: (MessageHtml | undefined)[] }
  | { type: 'previewed'; preview: PreviewText | undefined }

function report(news: RenderNews): void {
  const message: RenderReport = { ...news, workedMs: workedMs() }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(message)
}

parentPort?.on('message', (request: readonly RenderRequest[] | PreviewRequest) => {
  void ('title' in request ? preview(request) : renderAll(request))
})

async function preview({ maxChars, ...chat }: PreviewRequest): Promise<void> {
  report({ type: 'previewed', preview: await writePreview(chat, maxChars).catch(() => undefined) })
}

async function renderAll(requests: readonly RenderRequest[]): Promise<void> {
  const messages: (MessageHtml | undefined)[] = []
  for (const { content, idPrefix } of requests) {
    const onLoad = (isLoading: boolean): void => report({ type: isLoading ? 'loading' : 'loaded' })
    messages.push(await renderMessage(content, { idPrefix, onLoad }).catch(() => undefined))
  }
  report({ type: 'rendered', messages })
}

report({ type: 'ready' })
