import type { Logger } from 'pino'
import { type Config, ConfigError, readConfig } from './config.ts'
import { type Log, openLog } from './log.ts'

/** What every process of the server begins with. */
export interface StartedProcess {
  readonly config: Config
  readonly log: Logger
  readonly logRequest: Log['logRequest']
  warn(this: void, error: unknown, message: string): void
  /** Writes out what is logged and ends the process. */
  exit(this: void, code: number): never
  flushLog(this: void): void
  /** lines of the log that nobody took, since the start */
  countDroppedLines(this: void): number
}

/** Reads the configuration and opens the log; a wrong configuration ends the process with a sentence for each error. */
export function startProcess(): StartedProcess {
  // What is written here is private: readable for this user alone.
  process.umask(0o077)
  const config = readConfigOrExit()
  const { logger, logRequest, flush, exit, countDropped } = openLog(config.logLevel)
  return {
    config,
    log: logger,
    logRequest,
    warn: (error, message) => logger.warn(error === undefined ? {} : { err: error }, message),
    flushLog: flush,
    exit,
    countDroppedLines: countDropped,
  }
}

function readConfigOrExit(): Config {
  try {
    return readConfig()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`Neptun Share cannot start:\n${error.message}\n`)
    process.exit(1)
  }
}
