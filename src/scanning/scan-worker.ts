import { parentPort } from 'node:worker_threads'
import { type Finding, maskedExcerpt } from './finding.ts'
import { scanText } from './scan-text.ts'

/** A finding, and the line around it with all findings masked. */
export interface ShownFinding extends Finding {
  readonly excerpt: string
}

/** What the worker is asked: texts, a few at a time, so that each of its answers has a time limit. */
export interface ScanRequest {
  readonly texts: readonly string[]
}

/** What it says: what it found in each of them. */
export interface ScanReply {
  readonly found: readonly (readonly ShownFinding[])[]
}

parentPort?.on('message', (request: ScanRequest) => void answer(request))

async function answer({ texts }: ScanRequest): Promise<void> {
  const reply = await scan(texts)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(reply)
}

async function scan(texts: readonly string[]): Promise<ScanReply> {
  const found: ShownFinding[][] = []
  for (const text of texts) {
    const ofText = await scanText(text)
    found.push(ofText.map((one, index) => ({ ...one, excerpt: maskedExcerpt(text, ofText, index) })))
  }
  return { found }
}
