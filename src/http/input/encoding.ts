/**
 * The encoding that an answer is sent in: of those that it is there in, the one that the asker likes best.
 *
 * @param accepted the header `Accept-Encoding` (RFC 9110 section 12.5.3); `q=0` refuses, `*` is all that isn't named
 * @param offered in the order of our own liking, which decides between those that the asker likes the same
 * @returns undefined to send it as it is
 */
export function chooseEncoding<Encoding extends string>(
  accepted: string | undefined,
  offered: readonly Encoding[],
): Encoding | undefined {
  if (accepted === undefined || offered.length === 0) return undefined
  const qualities = qualitiesIn(accepted)
  let chosen: Encoding | undefined
  // Encoded is better than as it is, unless that is asked for by name.
  let best = qualities.get('identity') ?? 0
  for (const encoding of offered) {
    const quality = qualities.get(encoding) ?? qualities.get('*') ?? 0
    if (quality > best || (chosen === undefined && quality > 0 && quality === best)) {
      chosen = encoding
      best = quality
    }
  }
  return chosen
}

const MOST_REMEMBERED = 100
const LONGEST_REMEMBERED = 200

/** Browsers are few, and each says the same with every request. */
const remembered = new Map<string, ReadonlyMap<string, number>>()

function qualitiesIn(accepted: string): ReadonlyMap<string, number> {
  const known = remembered.get(accepted)
  if (known) return known
  const qualities = readQualities(accepted)
  if (remembered.size >= MOST_REMEMBERED) remembered.clear()
  if (accepted.length <= LONGEST_REMEMBERED) remembered.set(accepted, qualities)
  return qualities
}

function readQualities(accepted: string): ReadonlyMap<string, number> {
  const qualities = new Map<string, number>()
  for (const part of accepted.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim())
    const quality = parameters.find((parameter) => parameter.startsWith('q='))
    qualities.set(name, quality === undefined ? 1 : Number(quality.slice(2)) || 0)
  }
  return qualities
}
