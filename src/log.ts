import cluster from 'node:cluster'
import { destination, type Logger, pino } from 'pino'
import type { LogLevel } from './config/config.ts'

// Workers write to one pipe: what goes there at once, and is no larger than this, isn't torn apart by what another
// writes (PIPE_BUF in POSIX). A process of its own writes more at once.
const BATCH_CHARACTERS = cluster.isWorker ? 4096 : 32 * 1024
const FLUSH_AFTER_MS = 500

export interface Log {
  readonly logger: Logger
  /** Hands over what is gathered without waiting for more. */
  readonly flush: () => void
  /** Writes what is gathered before it returns. */
  readonly flushSync: () => void
}

/**
 * The log on standard output, one JSON line an event. Lines are gathered here and written many at once: the stream
 * of pino measures all that it holds at each line, which costs more than making the line.
 */
export function openLog(level: LogLevel): Log {
  const output = destination({ dest: 1, sync: false, maxWrite: BATCH_CHARACTERS })
  let gathered = ''

  function handOver(): void {
    if (gathered === '') return
    output.write(gathered)
    gathered = ''
  }

  function write(line: string): void {
    if (gathered.length + line.length > BATCH_CHARACTERS) handOver()
    gathered += line
  }

  function flushSync(): void {
    handOver()
    output.flushSync()
  }

  setInterval(handOver, FLUSH_AFTER_MS).unref()
  // A crash must not take its own last lines along.
  process.on('exit', flushSync)
  const logger = pino(
    {
      level,
      base: null,
      timestamp: createTimestamp(),
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
    },
    { write },
  )
  return { logger, flush: handOver, flushSync }
}

/** The time as a field of a line; events within one millisecond share its text. */
function createTimestamp(): () => string {
  let at = 0
  let field = ''
  return () => {
    const now = Date.now()
    if (now !== at) {
      at = now
      field = `,"time":"${new Date(now).toISOString()}"`
    }
    return field
  }
}

/** What of an error is logged: its other fields may quote rows, and with them somebody's chat. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) }
  const code = 'code' in error ? { code: error.code } : {}
  const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) }
  return { type: error.name, message: error.message, ...code, stack: error.stack, ...cause }
}
