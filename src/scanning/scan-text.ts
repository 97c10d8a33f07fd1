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
  const shown = withoutEscapes(text)
  if (shown) {
    const places = (await scanAsWritten(shown.text)).map((one) => ({
      ...one,
      start: shown.places[one.start] ?? 0,
      end: (shown.places[one.end - 1] ?? 0) + 1,
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

/** Markdown made from a page writes `ghp\_…`: readers see it without the backslashes. */
function withoutEscapes(text: string): { text: string; places: Uint32Array } | undefined {
  if (!/\w\\[_.~-]\w/.test(text)) return undefined
  const places = new Uint32Array(text.length)
  let shown = ''
  let from = 0
  for (const { index } of text.matchAll(/\\(?=[_.~-])/g)) {
    for (let at = from; at < index; at++) places[shown.length + at - from] = at
    shown += text.slice(from, index)
    from = index + 1
  }
  for (let at = from; at < text.length; at++) places[shown.length + at - from] = at
  return { text: shown + text.slice(from), places }
}
