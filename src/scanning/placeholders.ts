/** Words and rows of characters that documentation puts where a secret goes. */
const PLACEHOLDER =
  /example|placeholder|your[-_.]|^your|xxxxxx|\*\*\*\*|\.\.\.|•|0000000|1234567|7654321|abcdefg|qwerty|redacted|change[-_]?me|replace[-_]?me|insert[-_]|dummy|sample|foobar|lorem|process\.env|os\.environ|getenv|not[-_]a[-_]real/i

/** Whether a value stands for a secret rather than being one. */
export function isPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value) || /^[<{[$%(]|[>}\])%]$/.test(value)
}

/** How many bits each character of a value tells, from 0 on: random letters and digits of 20 have more than 3.5. */
export function bitsPerCharacter(value: string): number {
  const counts = new Map<string, number>()
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length)
  return bits
}
