import { styleText } from 'node:util'
import { printable } from '../terminal/printable.ts'

/** Where a command writes: its result to standard output, everything said to people to standard error. */
export type Output = {
  readonly isJson: boolean
  /** A line of the result; left out with `--json`, which writes one value at the end instead. */
  readonly line: (text: string) => void
  /** A sentence for people. */
  readonly note: (text: string) => void
}

export function createOutput(isJson: boolean): Output {
  return {
    isJson,
    line: (text) => {
      if (!isJson) process.stdout.write(`${text}\n`)
    },
    note: (text) => void process.stderr.write(`${printable(text)}\n`),
  }
}

type Style = Parameters<typeof styleText>[0]

/** Text in a style, if this stream is a terminal that wants colours (NO_COLOR, FORCE_COLOR). */
export function styled(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(style, text, { stream })
}

/** As a clock here shows it, to the minute: 2030-01-31 23:59. */
export function localTime(time: string): string {
  return new Date(time).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' })
}
