/**
 * Makes the font for formulas out of STIX Two Math (SIL Open Font License): only what KaTeX knows, in two files, of
 * which browsers fetch the second for script, fraktur and other letters that few pages have.
 *
 * Usage: node scripts/subset-math-font.ts
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import subset from 'subset-font'

const read = (address: string) => readFileSync(fileURLToPath(address))

/** Every character that KaTeX's sources name, as themselves or escaped. */
function charactersOfKatex(): number[] {
  const source = read(import.meta.resolve('katex/dist/katex.mjs')).toString('utf8')
  const escaped = source.matchAll(/\\u\{?([0-9a-f]{4,5})/gi)
  const plain = Array.from(source, (character) => character.codePointAt(0) ?? 0)
  return [...Array.from(escaped, ([, code = '']) => Number.parseInt(code, 16)), ...plain]
}

const between = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)

/** Bold and italic letters, Latin and Greek: a variable is one of them. */
const COMMON = [...between(0x1d400, 0x1d467), ...between(0x1d6a4, 0x1d71b)]
/** The other alphabets that commands make (see `src/rendering/math/math-letters.ts`); what people write as it is, their system has. */
const RARE = [
  ...between(0x1d468, 0x1d4cf),
  ...between(0x1d504, 0x1d56b),
  ...between(0x1d5a0, 0x1d6a3),
  ...between(0x1d71c, 0x1d755),
  ...between(0x1d7ce, 0x1d7ff),
]
const isSurrogate = (code: number) => code >= 0xd800 && code <= 0xdfff
const OTHERS = [...between(0x20, 0x7e), ...between(0x391, 0x3f6), ...charactersOfKatex()].filter(
  (code) => !isSurrogate(code) && !RARE.includes(code),
)

const font = read(import.meta.resolve('@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2'))
for (const [name, codes] of [
  ['stix-two-math', [...OTHERS, ...COMMON]],
  ['stix-two-math-letters', RARE],
] as const) {
  // Screens have long had enough pixels to need no hints, which are a third of such a file.
  const options = { targetFormat: 'woff2', noHinting: true } as const
  const bytes = await subset(font, String.fromCodePoint(...new Set(codes)), options)
  writeFileSync(`src/rendering/${name}.woff2`, bytes)
  console.log(`${name}: ${bytes.length} bytes`)
}
