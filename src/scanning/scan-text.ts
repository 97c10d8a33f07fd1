import { type Finding, withoutOverlaps } from './finding.ts'
import { findPrefixedTokens } from './prefixed-tokens.ts'
import { findPrivateKeys } from './private-keys.ts'
import { findByRecommendedRules } from './recommended-rules.ts'
import { findShapedSecrets } from './shaped-secrets.ts'
import { findTraces } from './traces.ts'

/**
 * All that better isn't shown of a text, in its order. Takes as long as the text makes it: scan through
 * {@link openScanner}, which sets a limit.
 */
export async function scanText(text: string): Promise<Finding[]> {
  const found = await scanAsWritten(text)
  const seen = asSeen(text)
  if (seen) {
    const places = (await scanAsWritten(seen.text)).map((one) => ({
      ...one,
      start: seen.places[one.start] ?? 0,
      end: (seen.places[one.end - 1] ?? 0) + 1,
    }))
    found.push(...places)
  }
  return withoutOverlaps(found)
}

async function scanAsWritten(text: string): Promise<Finding[]> {
  return [
    ...findPrefixedTokens(text),
    ...findPrivateKeys(text),
    ...findShapedSecrets(text),
    ...(await findByRecommendedRules(text)),
    ...findTraces(text),
  ]
}

/** Terminals' colours, as they are or as strings of programs write them. */
const COLOUR = String.raw`(?:${String.fromCodePoint(0x1b)}|\\(?:u001b|x1b|033|e))\[[0-9;?]{0,20}[A-Za-z]`
const NO_WIDTH = String.raw`[\u00AD\u200B-\u200D\u2060\uFEFF]`
/** Markdown made from a page writes `ghp\_…`, a terminal colours it: readers see neither, nor characters without width. */
const UNSEEN = new RegExp(String.raw`\\(?=[_.~-])|${COLOUR}|${NO_WIDTH}`, 'gi')
const HAS_UNSEEN = new RegExp(String.raw`\w\\[_.~-]\w|${COLOUR}|${NO_WIDTH}`, 'i')

function asSeen(text: string): { text: string; places: Uint32Array } | undefined {
  if (!HAS_UNSEEN.test(text)) return undefined
  const places = new Uint32Array(text.length)
  let seen = ''
  let from = 0
  const takeUntil = (to: number): void => {
    for (let at = from; at < to; at++) places[seen.length + at - from] = at
    seen += text.slice(from, to)
  }
  for (const { 0: unseen, index } of text.matchAll(UNSEEN)) {
    takeUntil(index)
    from = index + unseen.length
  }
  takeUntil(text.length)
  return { text: seen, places }
}
