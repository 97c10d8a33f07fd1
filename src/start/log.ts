import cluster from 'node:cluster'
import { type Logger, pino } from 'pino'
import type { LogLevel } from './config.ts'
import { openLogOutput } from './log-output.ts'

// Workers write to one pipe: what goes there at once, and is no larger than this, isn't torn apart by what another
// writes (PIPE_BUF in POSIX). A process of its own writes more at once.
const BATCH_BYTES = cluster.isWorker ? 4096 : 32 * 1024
const FLUSH_AFTER_MS = 500

/** A request that was answered, as the log tells it. */
export interface AnsweredRequest {
  readonly id: string
  readonly method: string
  /** the route's pattern, which stands for the URL */
  readonly route: string
  readonly status: number
  /** how long it took */
  readonly ms: number
}

export interface Log {
  readonly logger: Logger
  /** Logs a request: the line that the logger would make, at a fraction of its cost. */
  readonly logRequest: (answered: AnsweredRequest) => void
  /** Hands over what is gathered without waiting for more. */
  readonly flush: () => void
  /** Ends the process, with what is gathered written as far as somebody takes it. */
  readonly exit: (code: number) => never
  /** lines that nobody took, since the start */
  readonly countDropped: () => number
}

/**
 * The log on standard output, one JSON line an event. Lines are gathered as bytes and written many at once: text that
 * is added up is copied once more when it is written.
 */
export function openLog(level: LogLevel): Log {
  const output = openLogOutput(1)
  const gathered = Buffer.allocUnsafe(BATCH_BYTES)
  let length = 0
  let lines = 0

  function handOver(): void {
    if (length === 0) return
    output.write(Buffer.from(gathered.subarray(0, length)), lines)
    length = 0
    lines = 0
  }

  function write(line: string): void {
    const bytes = Buffer.byteLength(line)
    if (length + bytes > BATCH_BYTES) handOver()
    if (bytes > BATCH_BYTES) return output.write(Buffer.from(line), 1)
    length += gathered.write(line, length)
    lines += 1
  }

  function flushSync(): void {
    handOver()
    output.flushSync()
  }

  setInterval(handOver, FLUSH_AFTER_MS).unref()
  // A crash must not take its own last lines along.
  process.on('exit', flushSync)
  const timestamp = createTimestamp()
  const logger = pino(
    {
      level,
      base: null,
      timestamp,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
    },
    { write },
  )
  const logsRequests = logger.isLevelEnabled('info')
  return {
    logger,
    logRequest(answered) {
      if (!logsRequests) return
      const { id, method, route, status, ms } = answered
      // Nothing that a visitor chose freely: Node knows all methods, and routes are patterns of ours.
      const line = `{"level":"info"${timestamp()},"id":"${id}","method":"${method}","route":"${route}","status":${status},"ms":${Math.round(ms * 100) / 100},"msg":"request"}\n`
      if (length + line.length > BATCH_BYTES) handOver()
      length += gathered.write(line, length, 'latin1')
      lines += 1
    },
    flush: handOver,
    exit(code) {
      flushSync()
      // Node would wait for the write at its end.
      if (output.isStuck()) process.kill(process.pid, 'SIGKILL')
      process.exit(code)
    },
    countDropped: output.countDropped,
  }
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
