type Alphabet = {
  capitals?: number
  smalls?: number
  digits?: number
  greekCapitals?: number
  greekSmalls?: number
}

/** Where Unicode's mathematical alphabets begin (block "Mathematical Alphanumeric Symbols"). */
const alphabets: Record<string, Alphabet> = {
  bold: { capitals: 0x1d400, smalls: 0x1d41a, digits: 0x1d7ce, greekCapitals: 0x1d6a8, greekSmalls: 0x1d6c2 },
  italic: { capitals: 0x1d434, smalls: 0x1d44e, greekCapitals: 0x1d6e2, greekSmalls: 0x1d6fc },
  'bold-italic': { capitals: 0x1d468, smalls: 0x1d482, greekCapitals: 0x1d71c, greekSmalls: 0x1d736 },
  script: { capitals: 0x1d49c, smalls: 0x1d4b6 },
  fraktur: { capitals: 0x1d504, smalls: 0x1d51e },
  'double-struck': { capitals: 0x1d538, smalls: 0x1d552, digits: 0x1d7d8 },
  'sans-serif': { capitals: 0x1d5a0, smalls: 0x1d5ba, digits: 0x1d7e2 },
  'bold-sans-serif': { capitals: 0x1d5d4, smalls: 0x1d5ee, digits: 0x1d7ec },
  'sans-serif-italic': { capitals: 0x1d608, smalls: 0x1d622 },
  'sans-serif-bold-italic': { capitals: 0x1d63c, smalls: 0x1d656 },
  monospace: { capitals: 0x1d670, smalls: 0x1d68a, digits: 0x1d7f6 },
}

/** Letters that Unicode had before the alphabets were added, and left out there. */
const elsewhere: Record<string, Record<string, string>> = {
  italic: { h: 'ℎ' },
  script: { B: 'ℬ', E: 'ℰ', F: 'ℱ', H: 'ℋ', I: 'ℐ', L: 'ℒ', M: 'ℳ', R: 'ℛ', e: 'ℯ', g: 'ℊ', o: 'ℴ' },
  fraktur: { C: 'ℭ', H: 'ℌ', I: 'ℑ', R: 'ℜ', Z: 'ℨ' },
  'double-struck': { C: 'ℂ', H: 'ℍ', N: 'ℕ', P: 'ℙ', Q: 'ℚ', R: 'ℝ', Z: 'ℤ' },
}

/**
 * A character in the alphabet that a MathML `mathvariant` names, or itself where that alphabet lacks it.
 * Browsers follow MathML Core, which dropped `mathvariant` for such characters: ℝ would be a plain R.
 */
export function mathLetter(character: string, variant: string): string {
  const alphabet = alphabets[variant]
  const code = character.codePointAt(0)
  if (!alphabet || code === undefined) return character
  const other = elsewhere[variant]?.[character]
  if (other) return other
  return (
    shifted(code, 0x41, 0x5a, alphabet.capitals) ??
    shifted(code, 0x61, 0x7a, alphabet.smalls) ??
    shifted(code, 0x30, 0x39, alphabet.digits) ??
    shifted(code, 0x391, 0x3a9, alphabet.greekCapitals) ??
    shifted(code, 0x3b1, 0x3c9, alphabet.greekSmalls) ??
    character
  )
}

function shifted(code: number, first: number, last: number, base: number | undefined): string | undefined {
  return base !== undefined && code >= first && code <= last
    ? String.fromCodePoint(base + code - first)
    : undefined
}
