import { parentPort } from 'node:worker_threads'
import { type MessageHtml, renderMessage } from './render-message.ts'

/** What the worker is asked: one message, or several small ones, which share a time limit. */
export type RenderRequest = { content: string; idPrefix: string }

/** What it says: first that it is there, then when it reads grammars, then the messages, undefined for those it can't render. */
export type RenderReport =
  | { type: 'ready' }
  | { type: 'loading' }
  | { type: 'loaded' }
  | { type: 'rendered'; messages: (MessageHtml | undefined)[] }

function report(message: RenderReport): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(message)
}

async function renderAll(requests: readonly RenderRequest[]): Promise<void> {
  const messages: (MessageHtml | undefined)[] = []
  for (const { content, idPrefix } of requests) {
    const onLoad = (isLoading: boolean): void => report({ type: isLoading ? 'loading' : 'loaded' })
    messages.push(await renderMessage(content, { idPrefix, onLoad }).catch(() => undefined))
  }
  report({ type: 'rendered', messages })
}

parentPort?.on('message', (requests: readonly RenderRequest[]) => void renderAll(requests))

report({ type: 'ready' })
