import { type ChildProcess, fork } from 'node:child_process'
import { extname } from 'node:path'
import { createFairQueue } from '../concurrency/fair-queue.ts'
import type { EncodedPicture, PictureProblem } from './encode-picture.ts'
import type { PictureReply, PictureRequest } from './picture-process.ts'

/** One at a time, which bounds the memory; accounts take turns. */
const TURNS = { atOnce: 1, atOncePerKey: 1, waiting: 256, waitingPerKey: 16 }
/** Starting takes a moment of this too. */
const LONGEST_MS = 40_000
/** A process holds some 60 MB: without work it ends. */
const ENDS_AFTER_MS = 30_000
const HEAP_MEGABYTES = 128

/** Encodes pictures anew, in a process of its own. */
export interface Pictures {
  /**
   * @param owner whose turn it takes
   * @returns why not, where it can't be
   * @throws QueueFull when too many wait
   */
  encode(owner: string, bytes: Uint8Array): Promise<EncodedPicture | PictureProblem>
  /** Ends the process; what is under way rejects. */
  close(): void
}

/**
 * Decoders of pictures are large programs that read strangers' bytes. Theirs is a process that has no secret, no open
 * file and no connection, and that can be ended in the middle of its work: whatever a picture does to it, the server
 * goes on.
 */
export function createPictures(): Pictures {
  const turns = createFairQueue(TURNS)
  let running: ChildProcess | undefined
  let ending: NodeJS.Timeout | undefined
  let isClosed = false

  function start(): ChildProcess {
    // The source's own extension: .ts when Node runs the sources, .js when it runs what was compiled.
    const file = new URL(`./picture-process${extname(import.meta.url)}`, import.meta.url)
    const child = fork(file, {
      env: {},
      execArgv: [`--max-old-space-size=${HEAP_MEGABYTES}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    child.once('exit', () => {
      if (running === child) running = undefined
    })
    // Ending goes with an exit, and that is seen.
    child.on('error', () => undefined)
    child.unref()
    child.channel?.unref()
    return child
  }

  function end(): void {
    running?.kill('SIGKILL')
    running = undefined
  }

  function ask(bytes: Uint8Array): Promise<EncodedPicture | PictureProblem> {
    if (isClosed) return Promise.reject(new Error('The server stops.'))
    clearTimeout(ending)
    const child = (running ??= start())
    const { promise, resolve, reject } = Promise.withResolvers<EncodedPicture | PictureProblem>()
    const take = (reply: PictureReply): void => resolve('problem' in reply ? reply.problem : reply)
    // What ends the process, or takes for ever, is no picture that anybody can be shown.
    const giveUp = (): void => (isClosed ? reject(new Error('The server stops.')) : resolve('unreadable'))
    const timer = setTimeout(() => {
      end()
      giveUp()
    }, LONGEST_MS)
    child.once('message', take)
    child.once('exit', giveUp)
    const request: PictureRequest = { bytes }
    child.send(request, (error) => {
      if (error) giveUp()
    })
    return promise.finally(() => {
      clearTimeout(timer)
      child.off('message', take)
      child.off('exit', giveUp)
      ending = setTimeout(end, ENDS_AFTER_MS).unref()
    })
  }

  return {
    encode: (owner, bytes) => turns.run(owner, () => ask(bytes)),
    close() {
      isClosed = true
      clearTimeout(ending)
      end()
    },
  }
}
