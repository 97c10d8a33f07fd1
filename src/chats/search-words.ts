/** What a search looks for: every one of its words, the long ones also as beginnings of longer words. */
export interface SearchTerm {
  readonly word: string
  readonly isBeginning: boolean
}

/** Longer words are known by their beginning. */
const WORD_CHARS = 40
/** Of one text: what comes after so many different words isn't found. PostgreSQL's tsvector holds 1 MiB. */
const MOST_WORDS = 6_000
/** Nor what comes after so much text, however few its words are: nobody else gets a turn meanwhile. */
const MOST_CHARS = 1024 * 1024
const MOST_TERMS = 10
/** Shorter ones begin too many words. */
const SHORTEST_BEGINNING = 2

/** Scripts that put no spaces between words: there, each two neighbours are a word. */
const UNSPACED =
  '\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}'
const RUNS = new RegExp(`([${UNSPACED}]+)|[[\\p{L}\\p{N}\\p{M}]--[${UNSPACED}]]+`, 'gv')

/** A word as it is compared: without accents, in lower case, in one form; nothing but letters and digits. */
function fold(text: string): string {
  const lower = text.toLowerCase()
  // Most words are plain, and this is done for each of a chat's words.
  if (/^[a-z\d]*$/.test(lower)) return lower.slice(0, WORD_CHARS)
  const bare = lower
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .normalize('NFC')
  // The cut may go through a surrogate pair.
  return bare.slice(0, WORD_CHARS).toWellFormed().replace('\uFFFD', '')
}

/** The different words of a text, as they are put into the index. */
export function wordsOf(text: string): Set<string> {
  const words = new Set<string>()
  for (const [run, unspaced] of text.slice(0, MOST_CHARS).matchAll(RUNS)) {
    const folded = fold(run)
    if (unspaced === undefined) {
      if (folded !== '') words.add(folded)
    } else for (const pair of pairsOf(folded)) words.add(pair)
    if (words.size >= MOST_WORDS) break
  }
  return words
}

/** Each two neighbours, and the last one, which begins none. */
function* pairsOf(run: string): Generator<string> {
  const chars = Array.from(run)
  for (let index = 0; index < chars.length; index++) yield chars.slice(index, index + 2).join('')
}

/** What a query looks for; empty where it has no word. */
export function searchTerms(query: string): SearchTerm[] {
  const terms = new Map<string, SearchTerm>()
  for (const [run, unspaced] of query.matchAll(RUNS)) {
    const word = fold(run)
    const chars = Array.from(word)
    if (unspaced !== undefined && chars.length > 1) {
      for (const pair of [...pairsOf(word)].slice(0, -1)) terms.set(pair, { word: pair, isBeginning: false })
    } else if (word !== '') {
      const isBeginning = unspaced !== undefined || chars.length >= SHORTEST_BEGINNING
      terms.set(word, { word, isBeginning })
    }
  }
  return [...terms.values()].slice(0, MOST_TERMS)
}

/** A place in a text where a query's word stands. */
export interface FoundPlace {
  readonly start: number
  readonly end: number
}

/** Where the words of a query stand in a text. @param most places */
export function placesOf(text: string, query: string, most = Infinity): FoundPlace[] {
  const terms = searchTerms(query)
  const places: FoundPlace[] = []
  for (const match of text.matchAll(RUNS)) {
    if (places.length >= most) break
    const [run, unspaced] = match
    const folded = fold(run)
    if (unspaced === undefined) {
      if (terms.some((term) => isFound(folded, term)))
        places.push({ start: match.index, end: match.index + run.length })
      continue
    }
    for (const { word } of terms) {
      const at = folded.indexOf(word)
      if (at !== -1) places.push({ start: match.index + at, end: match.index + at + word.length })
    }
  }
  return places
}

function isFound(folded: string, { word, isBeginning }: SearchTerm): boolean {
  return isBeginning ? folded.startsWith(word) : folded === word
}

const BEFORE_CHARS = 60
const EXCERPT_CHARS = 200

/** A line of a text around the first place where a query's words stand; undefined where none does. */
export function excerptOf(text: string, query: string): string | undefined {
  const [first] = placesOf(text, query, 1)
  if (!first) return undefined
  const from = first.start <= BEFORE_CHARS ? 0 : startOfWord(text, first.start - BEFORE_CHARS, first.start)
  const cut = text.slice(from, from + EXCERPT_CHARS)
  const line = cut
    .toWellFormed()
    .replaceAll('\uFFFD', '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return `${from > 0 ? '…' : ''}${line}${from + EXCERPT_CHARS < text.length ? '…' : ''}`
}

function startOfWord(text: string, from: number, before: number): number {
  const space = text.slice(from, before).search(/\s/)
  return space === -1 ? from : from + space + 1
}
