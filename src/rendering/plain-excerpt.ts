import { textWithoutSteps } from './steps/step-fences.ts'

/**
 * Zero-width and other invisible characters, and those that change the direction of text. What joins two emoji into
 * one picture, a family say, stays.
 */
const invisible =
  /(?!(?<=\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]?)\u200D\p{Extended_Pictographic})[[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]--[\uFE0F]]/gv

/** Control characters, white space and half surrogates: one space each run, so that a title stays one line. */
const blanks = /[\p{White_Space}\p{Cc}]+/gv

/**
 * One line of text with nothing in it that a reader can't see. Invisible and bidirectional control
 * characters let a title in a link preview pretend to be something else.
 */
export function visibleText(text: string): string {
  return text.toWellFormed().replace(invisible, '').replace(blanks, ' ').trim()
}

/**
 * The first words of a message for a link preview: Markdown's marks taken away, one line, at most `maxChars`
 * characters (code points), cut at a word and ended with "…". Plain text: escape it before it becomes HTML.
 *
 * An approximation made of regular expressions on purpose: it runs on the event loop, for every first open.
 */
export function plainExcerpt(content: string, maxChars: number): string {
  // Marks take room too; a few times the wanted length is enough and keeps a 1 MiB message cheap.
  const beginning = textWithoutSteps(content, maxChars * 8 + 1_000)
  return shorten(visibleText(withoutMarks(beginning)), maxChars)
}

function withoutMarks(markdown: string): string {
  return markdown
    .replace(/^ {0,3}(?:```|~~~).*$/gm, ' ')
    .replace(/^ {0,3}\[[^\]\n]{1,200}\]: *\S.*$/gm, ' ')
    .replace(/!\[[^[\]]{0,500}\]\(file:[\w-]{22}\)/g, ' ')
    .replace(/!?\[([^[\]]{0,500})\]\([^()\s]{0,2000}(?:\s+"[^"\n]{0,200}")?\)/g, '$1')
    .replace(/!?\[([^[\]]{1,500})\]\[[^[\]]{0,200}\]/g, '$1')
    .replace(/\[\^[^\]\s]{1,100}\]/g, '')
    .replace(/<\/?[a-z][^<>\n]{0,500}>/gi, ' ')
    .replace(/^[ \t]*(?:>[ \t]?)+/gm, '')
    .replace(/^[ \t]*#{1,6}[ \t]+/gm, '')
    .replace(/^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?/gm, '')
    .replace(/^[ \t]*(?:[-*_=][ \t]*){3,}$/gm, ' ')
    .replace(/^(?=[ \t|:]*-)[ \t|:-]+$/gm, ' ')
    .replace(/\|/g, ' ')
    .replace(/(\*\*|__|~~|`{1,3}|\$\$|\*)(?=\S)([^\n]{1,500}?)(?<=\S)\1/g, '$2')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
}

const joinedEmoji =
  /(?:\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]?\u200D)*\p{Extended_Pictographic}?[\uFE0F\p{Emoji_Modifier}]?$/v

function shorten(text: string, maxChars: number): string {
  const characters = Array.from(text)
  if (characters.length <= maxChars) return text
  const end = Math.max(0, maxChars - 1)
  const beginning = characters.slice(0, end).join('')
  // Half of a joined emoji is another one.
  const isJoined =
    /^(?:\u200D|\uFE0F|\p{Emoji_Modifier})/v.test(characters[end] ?? '') || beginning.endsWith('\u200D')
  const cut = isJoined ? beginning.replace(joinedEmoji, '') : beginning
  const lastSpace = cut.lastIndexOf(' ')
  // A language without spaces, or one endless word, is cut in the middle.
  return `${(lastSpace > cut.length / 2 ? cut.slice(0, lastSpace) : cut).trimEnd()}…`
}
