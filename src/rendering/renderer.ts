import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { createFairQueue, QueueFull } from '../concurrency/fair-queue.ts'
import type { PreviewText } from './preview.ts'
import { createRenderHere, MAY_TAKE_LONG } from './render-here.ts'
import { asPlainText } from './render-plain-text.ts'
import { createRenderThread, type Rendering, type RenderThread } from './render-thread.ts'
import type { PreviewRequest } from './render-worker.ts'
import { createRenderedMemory } from './rendered-memory.ts'

export type MessageToRender = {
  /** Unique among the messages of a page: the HTML's ids begin with `m` and it. */
  readonly id: number
  /** Markdown, as stored. */
  readonly content: string
}

export type RenderedMessage = {
  id: number
  /** Safe to put into a page as it is. */
  html: string
  /** True if rendering failed or took too long: then `html` is the message as plain text. */
  isPlain: boolean
  /** False if there was no time to render it whole: doing it again later may do better. */
  isFinal: boolean
}

export type RenderFor = {
  /** Whose chat it is, in any spelling: owners take turns, so that nobody waits for all of another's messages. */
  owner: string
  /** Ends the work when nobody waits for it any more; the call rejects with its reason. */
  signal?: AbortSignal
}

export type Renderer = {
  /**
   * Renders messages, off the event loop unless they are few and short, and answers them in the given order. A message
   * that can't be rendered comes back as plain text, and so does one whose turn hasn't come after a few seconds.
   * Rejects only if the call is aborted, the renderer is closed, or its worker can't start.
   */
  render: (messages: readonly MessageToRender[], asked: RenderFor) => Promise<RenderedMessage[]>
  /**
   * Writes the preview of a chat off the event loop.
   *
   * @returns undefined where there was no time for it. Rejects as `render` does
   */
  preview: (request: PreviewRequest, asked: RenderFor) => Promise<PreviewText | undefined>
  /** Gets ready for the first reader what takes longest: the worker, and the grammars that most chats need. */
  warm: () => void
  /** Stops the workers; calls under way reject. */
  close: () => Promise<void>
}

/** A reader waits no longer than about this before the chat is there, if need be as plain text. */
const PATIENCE_MS = 3_000

/** A message that is in hand for so long lets a second worker take what others wait for. */
const RELIEF_AFTER_MS = 200

/** The second worker has grammars in memory; it ends when it has had nothing to do for so long. */
const RELIEF_ENDS_AFTER_MS = 30_000

/** Messages of one call that may run into the time limit; the rest of that call isn't tried any more. */
const MOST_OVERRUNS = 3

/** What calls that nobody waits for any longer may hold in memory, to be whole when they are asked for again. */
const MOST_LATE_CHARS = 16 * 1024 * 1024

/** Small messages of a call are rendered together up to so much: handing one over costs as much as rendering it. */
const MOST_CHARS_TOGETHER = 16 * 1024

/** After so much plain text others get their turn of the event loop. */
const MOST_CHARS_IN_TURN = 1_000_000

/** Two workers, of which one owner has one at a time. A call has one batch of messages in the queue. */
const QUEUE = { atOnce: 2, atOncePerKey: 1, waiting: 2_000, waitingPerKey: 200 }

/** What most chats have in them; each by itself, so that a reader waits for one of them at most. */
const commonMessages: readonly MessageToRender[] = [
  '```python\ndef f(x: int) -> str:\n    return f"{x}"  # a\n```',
  '```ts\nexport const f = (x: number): string => `${x}` // a\n```',
  '```bash\nfor x in *.txt; do echo "$x" | grep -v a; done\n```',
  '```json\n{ "a": [1, true, null] }\n```',
  '```html\n<p class="a">a</p>\n```',
  '```sql\nselect a, count(*) from b where c > 1 group by a;\n```',
  '$e^{i\\pi} = -1$',
].map((content, id) => ({ id, content }))

/** A call of `render`: what is done of it, until it is answered, and how to end it. */
type Call = {
  readonly messages: readonly MessageToRender[]
  readonly owner: string
  readonly end: AbortController
  readonly chars: number
  readonly rendered: (RenderedMessage | undefined)[]
  isAnswered: boolean
}

/**
 * The way for the server to render messages: worker threads, started when first needed. Nothing heavy is imported
 * here, so a server that nobody reads stays small.
 *
 * Owners take turns after each message, or a few small ones: a chat of a thousand slow messages doesn't hold up the
 * next reader of another's. A call that isn't done in time is answered as far as it is, and goes on behind: asked for again, more of
 * it is remembered.
 *
 * @param options.rendersHere false hands small chats over to a worker, too
 */
export function createRenderer({
  patienceMs = PATIENCE_MS,
  now = Date.now,
  rendersHere = true,
}: {
  readonly patienceMs?: number
  readonly now?: () => number
  readonly rendersHere?: boolean
} = {}): Renderer {
  const queue = createFairQueue(QUEUE)
  const memory = createRenderedMemory(now)
  const renderHere = createRenderHere()
  const main = createRenderThread()
  const relief = createRenderThread()
  const calls = new Set<Call>()
  /** Calls that were answered before they were done, one of each owner. */
  const late = new Map<string, Call>()
  let isClosed = false
  let isWarm = false
  let warming: AbortController | undefined
  let reliefEnds: NodeJS.Timeout | undefined

  /** Two ask at most, so one of the two is free when the other isn't. */
  async function reserveThread(): Promise<RenderThread> {
    if (main.isBusy() && !relief.isRunning()) {
      await Promise.race([main.whenFree(), sleep(RELIEF_AFTER_MS, undefined, { ref: false })])
    }
    if (isClosed) throw closedError()
    const thread = main.isBusy() ? relief : main
    thread.reserve()
    return thread
  }

  function renderTogether(messages: readonly MessageToRender[]): Promise<Rendering> {
    const requests = messages.map(({ id, content }) => ({ content, idPrefix: `m${id}` }))
    return inThread((thread) => thread.render(requests))
  }

  async function inThread<T>(make: (thread: RenderThread) => Promise<T>): Promise<T> {
    const thread = await reserveThread()
    if (thread === relief) clearTimeout(reliefEnds)
    try {
      const made = await make(thread)
      if (isClosed) throw closedError()
      return made
    } catch (error) {
      throw isClosed ? closedError() : error
    } finally {
      if (thread === relief) reliefEnds = setTimeout(() => void relief.close(), RELIEF_ENDS_AFTER_MS).unref()
    }
  }

  async function renderAll(call: Call): Promise<void> {
    const { owner, end } = call
    let overruns = 0
    let mostTogether = MOST_CHARS_TOGETHER
    let from = 0
    for (;;) {
      const batch = nextBatch(call, from, mostTogether)
      const last = batch.at(-1)
      if (!last) return
      const messages = batch.map(({ message }) => message)
      const made =
        overruns < MOST_OVERRUNS
          ? await queue.run(owner, () => renderTogether(messages), { signal: end.signal })
          : 'overrun'
      if (made === 'overrun') overruns += 1
      if (made === 'overrun' && mostTogether > 0 && batch.length > 1) {
        // One of them is slow: from here on each has a time limit of its own.
        mostTogether = 0
        continue
      }
      for (const [place, { index, message }] of batch.entries()) {
        const one = made === 'overrun' ? made : (made[place] ?? 'unrenderable')
        const rendered =
          typeof one === 'string'
            ? asPlainText(message, one === 'unrenderable')
            : { id: message.id, ...one, isPlain: false }
        memory.remember(message, rendered)
        if (!call.isAnswered) call.rendered[index] = rendered
      }
      from = last.index + 1
    }
  }

  /** Renders what there is room for. */
  async function finish(call: Call): Promise<void> {
    calls.add(call)
    try {
      await renderAll(call)
    } catch (error) {
      // What isn't rendered stays plain.
      if (!(error instanceof QueueFull)) throw error
    } finally {
      calls.delete(call)
      if (late.get(call.owner) === call) late.delete(call.owner)
    }
  }

  /** Lets a call go on that was answered before it was done, in place of an earlier one of its owner. */
  function goOn(call: Call): void {
    late.get(call.owner)?.end.abort()
    late.delete(call.owner)
    let chars = call.chars
    for (const { chars: more } of late.values()) chars += more
    if (chars > MOST_LATE_CHARS) call.end.abort()
    else late.set(call.owner, call)
  }

  async function render(
    messages: readonly MessageToRender[],
    { owner, signal }: RenderFor,
  ): Promise<RenderedMessage[]> {
    if (isClosed) throw closedError()
    signal?.throwIfAborted()
    const small = rendersHere ? await renderHere(messages) : undefined
    if (small) return small
    if (isClosed) throw closedError()
    signal?.throwIfAborted()
    const rendered = messages.map((message) => memory.recall(message))
    const call: Call = {
      messages,
      owner,
      end: new AbortController(),
      chars: messages.reduce((sum, { content }) => sum + content.length, 0),
      rendered,
      isAnswered: false,
    }
    const abandon = (): void => call.end.abort(signal?.reason)
    signal?.addEventListener('abort', abandon, { once: true })
    // Who reads needs other grammars, perhaps, and makes the renderer ready for them.
    if (call.rendered.includes(undefined)) warming?.abort()
    const work = finish(call)
    // It may fail after its answer, when it isn't heard any more.
    work.catch(() => undefined)

    const outOfPatience = Promise.withResolvers<void>()
    const timer = setTimeout(outOfPatience.resolve, patienceMs)
    try {
      await Promise.race([work, outOfPatience.promise])
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abandon)
    }
    call.isAnswered = true
    if (calls.has(call)) goOn(call)
    const answer: RenderedMessage[] = []
    let charsInTurn = 0
    for (const [index, message] of messages.entries()) {
      answer.push(rendered[index] ?? asPlainText(message, false))
      charsInTurn += rendered[index] ? 0 : message.content.length
      if (charsInTurn < MOST_CHARS_IN_TURN) continue
      charsInTurn = 0
      await setImmediate()
    }
    return answer
  }

  async function preview(
    request: PreviewRequest,
    { owner, signal }: RenderFor,
  ): Promise<PreviewText | undefined> {
    if (isClosed) throw closedError()
    const tooLate = AbortSignal.timeout(patienceMs)
    const either = signal ? AbortSignal.any([signal, tooLate]) : tooLate
    try {
      const made = await queue.run(owner, () => inThread((thread) => thread.preview(request)), {
        signal: either,
      })
      return typeof made === 'string' ? undefined : made
    } catch (error) {
      if (error instanceof QueueFull || (tooLate.aborted && error === tooLate.reason)) return undefined
      throw error
    }
  }

  async function warmUp(end: AbortController): Promise<void> {
    warming = end
    try {
      for (const message of commonMessages) {
        await queue.run('warming', () => renderTogether([message]), { signal: end.signal })
      }
      isWarm = true
    } catch {
      // A reader came, or will be told what is wrong.
    }
    warming = undefined
  }

  return {
    render,
    preview,
    warm() {
      if (!isWarm && !warming && !isClosed) void warmUp(new AbortController())
    },
    async close() {
      isClosed = true
      clearTimeout(reliefEnds)
      warming?.abort()
      for (const { end } of calls) end.abort(closedError())
      await Promise.all([main.close(), relief.close()])
    },
  }
}

/** The next messages that aren't rendered: one, and those after it as long as all together are small and quick. */
function nextBatch(
  { messages, rendered }: Pick<Call, 'messages' | 'rendered'>,
  from: number,
  mostChars: number,
): { readonly index: number; readonly message: MessageToRender }[] {
  const batch: { readonly index: number; readonly message: MessageToRender }[] = []
  let chars = 0
  for (let index = from; index < messages.length; index++) {
    const message = messages[index]
    if (!message || rendered[index]) continue
    chars += message.content.length
    const isSlow = MAY_TAKE_LONG.test(message.content)
    // What is done before a slow one is shown though it isn't.
    if (batch.length > 0 && (isSlow || chars > mostChars)) break
    batch.push({ index, message })
    if (isSlow) break
  }
  return batch
}

function closedError(): Error {
  return new Error('The renderer is closed.')
}
