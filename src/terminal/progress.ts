import { shorten } from './table.ts'

const BAR_COLUMNS = 24
const REDRAW_MS = 100
/** Work that is done sooner needs no bar. */
const PATIENCE_MS = 400

/** Shows how far long work is, on standard error and only where that is a terminal. */
export type Progress = {
  /** @param total undefined where nobody knows; then `text` alone is shown */
  update: (text: string, done: number, total: number | undefined) => void
  /** Writes something else above it. */
  interrupt: (write: () => void) => void
  /** Takes it away. */
  end: () => void
}

export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  let drawnAt = Date.now() + PATIENCE_MS - REDRAW_MS
  let line = ''
  const erase = (): void => {
    if (line !== '') stream.write('\r\x1b[K')
  }
  return {
    update(text, done, total) {
      const now = Date.now()
      if (!stream.isTTY || now - drawnAt < REDRAW_MS) return
      drawnAt = now
      const columns = Math.min(BAR_COLUMNS, Math.floor(stream.columns / 4))
      const whole = total === undefined ? text : `${bar(done / Math.max(total, 1), columns)} ${text}`
      line = shorten(whole, stream.columns - 1)
      stream.write(`\r\x1b[K${line}`)
    },
    interrupt(write) {
      erase()
      write()
      if (line !== '') stream.write(line)
    },
    end() {
      erase()
      line = ''
    },
  }
}

function bar(fraction: number, columns: number): string {
  const share = Math.min(1, Math.max(0, fraction))
  const full = Math.round(share * columns)
  return `${'█'.repeat(full)}${'░'.repeat(columns - full)} ${String(Math.floor(share * 100)).padStart(3)}%`
}
