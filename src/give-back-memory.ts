import { collectGarbage } from './collect-garbage.ts'

const AFTER_MS = 300

/**
 * Gives back, a moment after the start, what starting took and resting doesn't need: some 15 MiB, which V8 would
 * otherwise hold until there is work.
 */
export function giveBackMemory(): void {
  setTimeout(() => collectGarbage('last-resort'), AFTER_MS).unref()
}
