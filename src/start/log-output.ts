import { constants, fstatSync, openSync, write, writeSync } from 'node:fs'

const MOST_BYTES = 8 * 1024 * 1024
const SHORTEST_PAUSE_MS = 10
const LONGEST_PAUSE_MS = 500
/** A write that is under way for so long won't end by itself: a terminal that is held, a file server that is gone. */
const STUCK_AFTER_MS = 2000
/** What a reader that is slow gets at the end. */
const LAST_WORDS_MS = 200

interface Chunk {
  readonly bytes: Buffer
  readonly lines: number
}

/** Where the log goes. Whatever becomes of it, nobody waits for it, and it holds 8 MiB at most. */
export interface LogOutput {
  /** Takes whole lines, or drops them where too many wait already. @param lines how many they are */
  write(bytes: Buffer, lines: number): void
  /** Writes what waits before it returns, as far as that goes without waiting for a reader. */
  flushSync(): void
  /** lines that were dropped since the start */
  countDropped(this: void): number
  /** Whether a write hangs: a process that ends would wait for it for ever. */
  isStuck(): boolean
}

/**
 * Writes to an open file. A full disk, a reader that reads nothing and one that went away are all the same: what
 * comes is kept as long as there is room for it in memory, and written once that goes again.
 *
 * @param given descriptor of the file; 1 is standard output
 * @param options.mostBytes that wait at the same time
 */
export function openLogOutput(given: number, options: { readonly mostBytes?: number } = {}): LogOutput {
  const mostBytes = options.mostBytes ?? MOST_BYTES
  const fd = isPipe(given) ? openWithoutBlocking(given) : given
  const waiting: Chunk[] = []
  let held = 0
  let dropped = 0
  /** of the first chunk: how much of it is written */
  let written = 0
  let pause = 0
  let writingSince: number | undefined
  let timer: NodeJS.Timeout | undefined

  function advance(by: number): void {
    const [first] = waiting
    if (!first) return
    written += by
    if (written < first.bytes.length) return
    waiting.shift()
    held -= first.bytes.length
    written = 0
  }

  function writeNext(): void {
    const [first] = waiting
    if (!first || writingSince !== undefined || timer) return
    writingSince = performance.now()
    write(fd, first.bytes, written, (error, bytes) => {
      writingSince = undefined
      if (error) return tryLater()
      pause = 0
      advance(bytes)
      writeNext()
    })
  }

  function tryLater(): void {
    pause = Math.min(Math.max(2 * pause, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS)
    timer = setTimeout(() => {
      timer = undefined
      writeNext()
    }, pause).unref()
  }

  return {
    write(bytes, lines) {
      if (held + bytes.length > mostBytes) {
        dropped += lines
        return
      }
      waiting.push({ bytes, lines })
      held += bytes.length
      writeNext()
    },
    flushSync() {
      // The one that is under way is written by whoever has it; nothing is written twice.
      if (writingSince !== undefined) advance((waiting[0]?.bytes.length ?? 0) - written)
      const deadline = performance.now() + LAST_WORDS_MS
      for (let [first] = waiting; first && performance.now() < deadline; [first] = waiting) {
        try {
          advance(writeSync(fd, first.bytes, written))
        } catch (error) {
          if (!isFull(error)) return
        }
      }
    },
    countDropped: () => dropped,
    isStuck: () => writingSince !== undefined && performance.now() - writingSince > STUCK_AFTER_MS,
  }
}

function isPipe(fd: number): boolean {
  try {
    const kind = fstatSync(fd)
    return kind.isFIFO() || kind.isSocket()
  } catch {
    // There is no standard output.
    return false
  }
}

/**
 * A write to a full pipe would hold one of the few threads that Node has for files, and the end of the process. Opened
 * anew where the system lets us: whether it blocks is else a thing of all who share the pipe, and any of them that is
 * started or ends sets it back.
 */
function openWithoutBlocking(fd: number): number {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch {
    // Node sets it when it opens the stream.
    if (fd === 1) process.stdout.on('error', () => undefined)
    return fd
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN'
}
