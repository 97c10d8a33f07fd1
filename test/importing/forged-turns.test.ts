import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import MarkdownIt from 'markdown-it'
import { chatAsMarkdown } from '../../src/chats/chat-as-markdown.ts'
import type { Role } from '../../src/chats/chat.ts'
import { readMarkdown } from '../../src/importing/formats/markdown.ts'

type Message = { readonly role: Role; readonly content: string }

/** Pieces of headings, underlines, line ends, and of whatever hides text. */
const PARTS = [
  '\n---',
  '\n   --',
  '\r',
  '\r\n',
  '\n\n',
  '##\t',
  '##',
  ' ',
  '   ',
  '    ',
  '\t',
  ' ##',
  ' #',
  '#',
  '-',
  '---',
  'Assist',
  'ant',
  'Us',
  'er',
  'assistant',
  '===',
  '> ',
  '- ',
  '1. ',
  '```',
  '~~~',
  '    ',
  '\u00a0',
  '\u200b',
  '**',
  '*',
  '_',
  '`',
  '\\',
  '&#97;',
  '&#x41;',
  '&shy;',
  '&nbsp;',
  '&#',
  ';',
  '!',
  '[',
  ']',
  '(',
  ')',
  '[](',
  ')[](x)',
  '](/x)',
  '](<',
  '>)',
  '][x]',
  '\n\n[x]: /u\n\n',
  '[x]: /u\n',
  ':',
  '"',
  "'",
  '|',
  '~~',
  '<b>',
  '</b>',
  '<b title=">">',
  '<b title="',
  '<a\nb="c">',
  '<!--',
  '-->',
  '<!-- -->',
  '<',
  '>',
  '<?',
  '?>',
  '<pre>',
  '<div>\n',
]

/** Texts made of all that a heading may be made of. */
const content = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('## ', 'Assistant', 'User', '\n') },
      {
        weight: 3,
        arbitrary: fc.constantFrom(...PARTS),
      },
      { weight: 1, arbitrary: fc.string({ maxLength: 3 }) },
    ),
    { minLength: 1, maxLength: 14 },
  )
  .map((parts) => parts.join('').replaceAll('\0', '').toWellFormed())
  .filter((text) => text !== '')

const messages = fc.array(
  fc.record({ role: fc.constantFrom<Role>('user', 'assistant'), content }, { noNullPrototype: true }),
  { minLength: 1, maxLength: 4 },
)

const parser = new MarkdownIt({ html: true })

/** The lines on which a reader of CommonMark sees a role's heading. */
function turnsSeenIn(markdown: string): number[] {
  const tokens = parser.parse(markdown, {})
  return tokens.flatMap((token, index) => {
    if (token.type !== 'heading_open' || token.tag !== 'h2' || token.level !== 0) return []
    const seen = (tokens[index + 1]?.children ?? []).map(({ type, content }) =>
      type === 'html_inline' ? '' : content,
    )
    const isRole = /^(?:user|assistant)$/i.test(seen.join('').replace(/[^\p{L}\p{N}]/gu, ''))
    return isRole ? [token.map?.[0] ?? -1] : []
  })
}

function linesOf(text: string): number {
  return text.split(/\r\n|\n|\r/).length
}

/** The lines on which messages really begin. */
function turnsOf(name: string, model: string, all: readonly Message[]): number[] {
  return all.map((_, index) => linesOf(chatAsMarkdown({ name, model, messages: all.slice(0, index) })))
}

test('no reader of CommonMark sees a message begin where none does, whatever the messages say', () => {
  fc.assert(
    fc.property(messages, (messages) => {
      const markdown = chatAsMarkdown({ name: 'A chat', model: 'm', messages })
      const real = turnsOf('A chat', 'm', messages)
      for (const line of turnsSeenIn(markdown)) assert.ok(real.includes(line), JSON.stringify(markdown))
    }),
    { numRuns: 20_000 },
  )
})

test('our own import sees the same messages, to the letter, with and without a model', () => {
  fc.assert(
    fc.property(messages, fc.constantFrom('m', ''), (messages, model) => {
      const draft = readMarkdown(chatAsMarkdown({ name: 'A chat', model, messages }))
      assert.deepEqual(draft?.messages, messages)
    }),
    { numRuns: 20_000 },
  )
})

test('a chat in which one alone speaks is taken for ours, whatever headings it quotes', () => {
  const messages: Message[] = [{ role: 'user', content: 'Hello\n\n## ChatGPT\n\nI never said that' }]
  const draft = readMarkdown(chatAsMarkdown({ name: 'A chat', model: '', messages }))
  assert.deepEqual(draft?.messages, messages)
})
