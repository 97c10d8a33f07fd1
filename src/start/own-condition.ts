import { readdirSync, readFileSync } from 'node:fs'
import type { SendingBudget } from '../concurrency/sending-budget.ts'
import type { Check } from './checks.ts'
import type { Figure } from './figures.ts'
import type { StartedProcess } from './start-process.ts'

const NEAR_ITS_END = 0.8

/** What a process tells of itself: its log, and the files and connections that it may have open. */
export function ownCondition({ countDroppedLines }: Pick<StartedProcess, 'countDroppedLines'>): {
  readonly checks: readonly Check[]
  readonly figures: readonly Figure[]
} {
  const most = readOpenFileLimit()
  return {
    checks: [
      {
        name: 'open-files',
        look() {
          const open = countOpenFiles()
          if (open === undefined || most === undefined || open < most * NEAR_ITS_END) return undefined
          return `${open} of ${most} files and connections are open; raise the limit (ulimit -n).`
        },
      },
    ],
    figures: [
      {
        name: 'neptun_log_lines_dropped_total',
        help: 'Lines of the log that nobody took: its disk is full, or its reader stalls',
        type: 'counter',
        read: () => [{ value: countDroppedLines() }],
      },
    ],
  }
}

/** How much of large answers this process holds while they are sent. */
export function sendingFigure(sending: SendingBudget): Figure {
  return {
    name: 'neptun_sending_bytes',
    help: 'Bytes of large answers that are being sent',
    type: 'gauge',
    read: () => [{ value: sending.bytes }],
  }
}

/** @returns undefined where the system doesn't tell, or sets no limit */
export function readOpenFileLimit(): number | undefined {
  const limit = /^Max open files\s+(\d+)/m.exec(readOrEmpty('/proc/self/limits'))?.[1]
  return limit === undefined ? undefined : Number(limit)
}

function countOpenFiles(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return undefined
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
