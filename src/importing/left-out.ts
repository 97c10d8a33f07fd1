import type { LeftOut } from './imported-chat.ts'

/** Counts one more thing that isn't kept, named in the singular. */
export function leaveOut(leftOut: LeftOut, what: string, count = 1): void {
  if (count > 0) leftOut[what] = (leftOut[what] ?? 0) + count
}

export function addLeftOut(to: LeftOut, from: LeftOut): void {
  for (const [what, count] of Object.entries(from)) leaveOut(to, what, count)
}

/** "3 images, 1 canvas left out", or undefined where nothing was. */
export function leftOutSentence(leftOut: LeftOut): string | undefined {
  const parts = Object.entries(leftOut)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${count === 1 ? what : plural(what)}`)
  return parts.length === 0 ? undefined : `${parts.join(', ')} left out`
}

/** Puts the noun that counts into the plural: "end of a long message" is about ends. */
function plural(what: string): string {
  const [, noun = what, rest = ''] = /^(.*?)( (?:of|from|in|with|without) .*)?$/.exec(what) ?? []
  const ended = /(?:s|x|ch|sh)$/.test(noun)
    ? `${noun}es`
    : /[^aeiou]y$/.test(noun)
      ? `${noun.slice(0, -1)}ies`
      : `${noun}s`
  return ended + rest
}
