import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { MessageHtml } from './render-message.ts'
import { renderPlainText } from './render-plain-text.ts'
import type { RenderReport, RenderRequest } from './render-worker.ts'

export type MessageToRender = {
  /** Unique among the messages of a page: the HTML's ids begin with `m` and it. */
  id: number
  /** Markdown, as stored. */
  content: string
}

export type RenderedMessage = {
  id: number
  /** Safe to put into a page as it is. */
  html: string
  /** True if rendering failed or took too long: then `html` is the message as plain text. */
  isPlain: boolean
  /** False if it took too long to be rendered whole: doing it again later may do better. */
  isFinal: boolean
}

export type Renderer = {
  /**
   * Renders messages off the event loop and answers them in the given order. Rejects only if the renderer is
   * closed or its worker can't start; a message that can't be rendered comes back as plain text.
   */
  render: (messages: readonly MessageToRender[]) => Promise<RenderedMessage[]>
  /** Gets ready for the first reader what takes longest: the worker, and the grammars that most chats need. */
  warm: () => void
  /** Stops the worker; calls under way reject. */
  close: () => Promise<void>
}

/** Ordinary messages take a few milliseconds, the first with a language some tens more. */
const timeLimit = 2_000

/** Messages of one call that may run into the time limit; the rest of that call isn't tried any more. */
const maxOverruns = 3

/** What most chats have in them; each by itself, so that a reader who comes meanwhile doesn't wait for the others. */
const commonMessages: readonly MessageToRender[] = [
  '```python\ndef f(x: int) -> str:\n    return f"{x}"  # a\n```',
  '```ts\nexport const f = (x: number): string => `${x}` // a\n```',
  '```bash\nfor x in *.txt; do echo "$x" | grep -v a; done\n```',
  '```json\n{ "a": [1, true, null] }\n```',
  '```html\n<p class="a">a</p>\n```',
  '```sql\nselect a, count(*) from b where c > 1 group by a;\n```',
  '$e^{i\\pi} = -1$',
].map((content, id) => ({ id, content }))

/** Enough for all grammars; a message that wants more ends its worker, not the server. */
const maxHeapMegabytes = 384

/** One call of `render`: what is left to do, and what is done. */
type Job = {
  messages: readonly MessageToRender[]
  rendered: RenderedMessage[]
  overruns: number
  resolve: (rendered: RenderedMessage[]) => void
  reject: (error: Error) => void
}

/**
 * The way for the server to render messages: a worker thread, started when first needed. Nothing heavy is
 * imported here, so a server that nobody reads stays small.
 *
 * Calls take turns message by message: a chat of a thousand slow messages doesn't hold up the next reader.
 */
export function createRenderer(): Renderer {
  const jobs: Job[] = []
  let worker: Worker | undefined
  let isReady = false
  let isClosed = false
  let isWarm = false
  let warming: Job | undefined
  /** What the worker has in hand. */
  let current: { job: Job; message: MessageToRender; timer: NodeJS.Timeout } | undefined

  function start(): Worker {
    // The source's own extension: .ts when Node runs the sources, .js when it runs what was compiled.
    const url = new URL(`./render-worker${extname(import.meta.url)}`, import.meta.url)
    const started = new Worker(url, {
      // Code that parses strangers' text has no use for the server's secrets or its flags.
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMegabytes },
    })
    started.on('message', (report: RenderReport) => {
      // A last word of a worker that was given up.
      if (worker !== started) return
      if (report.type === 'ready') isReady = true
      else finishCurrent(report.message ?? 'unrenderable')
      next()
    })
    // An error is followed by the exit; without a listener it would end the process.
    let failure: Error | undefined
    started.on('error', (error: Error) => {
      failure = error
    })
    started.on('exit', () => {
      if (worker === started) replaceWorker(failure)
    })
    return started
  }

  /** The worker is gone: the message it had in hand becomes plain text, the others get a new worker. */
  function replaceWorker(failure?: Error): void {
    const diedAtStart = !isReady
    worker = undefined
    isReady = false
    if (diedAtStart) {
      failAll(new Error('The worker that renders messages could not start.', { cause: failure }))
      return
    }
    if (current) current.job.overruns += 1
    finishCurrent('overrun')
    next()
  }

  function failAll(error: Error): void {
    for (const job of jobs.splice(0)) job.reject(error)
    if (!current) return
    clearTimeout(current.timer)
    current.job.reject(error)
    current = undefined
  }

  function finishCurrent(made: MessageHtml | 'unrenderable' | 'overrun'): void {
    if (!current) return
    const { job, message, timer } = current
    clearTimeout(timer)
    current = undefined
    job.rendered.push(
      typeof made === 'string'
        ? asPlainText(message, made === 'unrenderable')
        : { id: message.id, ...made, isPlain: false },
    )
    jobs.push(job)
  }

  /** Gives the worker the next message, from the call that has waited longest. */
  function next(): void {
    while (!current) {
      const job = jobs.shift()
      if (!job) {
        // Nothing to do: the worker doesn't keep the process alive.
        worker?.unref()
        return
      }
      if (job.overruns >= maxOverruns) leavePlain(job)
      const message = job.messages[job.rendered.length]
      if (!message) {
        job.resolve(job.rendered)
      } else if (worker && isReady) {
        hand(worker, job, message)
      } else {
        jobs.unshift(job)
        worker ??= start()
        worker.ref()
        return
      }
    }
  }

  function hand(to: Worker, job: Job, message: MessageToRender): void {
    const timer = setTimeout(() => {
      void to.terminate()
      if (worker === to) replaceWorker()
    }, timeLimit)
    current = { job, message, timer }
    to.ref()
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    to.postMessage({ content: message.content, idPrefix: `m${message.id}` } satisfies RenderRequest)
  }

  function render(messages: readonly MessageToRender[]): Promise<RenderedMessage[]> {
    if (isClosed) return Promise.reject(closedError())
    stopWarming()
    return new Promise((resolve, reject) => {
      jobs.push({ messages, rendered: [], overruns: 0, resolve, reject })
      next()
    })
  }

  /** Who reads needs other grammars, perhaps, and makes the renderer ready for them. */
  function stopWarming(): void {
    if (!warming) return
    const inHand = current?.job === warming ? 1 : 0
    warming.messages = warming.messages.slice(0, warming.rendered.length + inHand)
  }

  return {
    render,
    warm() {
      if (isWarm || warming || isClosed) return
      warming = {
        messages: commonMessages,
        rendered: [],
        overruns: 0,
        resolve(rendered) {
          isWarm = rendered.length === commonMessages.length
          warming = undefined
        },
        // Whoever comes to read is told what is wrong.
        reject() {
          warming = undefined
        },
      }
      jobs.push(warming)
      next()
    },
    async close() {
      isClosed = true
      const stopped = worker
      worker = undefined
      failAll(closedError())
      await stopped?.terminate()
    },
  }
}

function leavePlain(job: Job): void {
  for (const message of job.messages.slice(job.rendered.length))
    job.rendered.push(asPlainText(message, false))
}

function asPlainText(message: MessageToRender, isFinal: boolean): RenderedMessage {
  return { id: message.id, html: renderPlainText(message.content), isPlain: true, isFinal }
}

function closedError(): Error {
  return new Error('The renderer is closed.')
}
