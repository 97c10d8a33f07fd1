import { chatFileFormat, chatPageFormat } from '../../src/http/pages/share/chat-page-format.ts'
import type { ChatFormat, ReadableChat } from '../../src/reading/chat-format.ts'
import { exportedJson, markdown, openAiMessages } from '../../src/reading/formats/exports.ts'
import { sharedJson } from '../../src/reading/formats/shared-json.ts'
import type { ViewDecision } from '../../src/reading/outcome-of.ts'
import { createRenderer, type Renderer } from '../../src/rendering/renderer.ts'
import { unknownShareInfo } from '../../src/sharing/share-info.ts'
import { stranger } from '../../src/sharing/visitor.ts'
import { until } from './until.ts'

/** A format as it is kept, and one way in which a view wraps it. */
export interface GoldenFormat {
  readonly format: ChatFormat
  readonly surroundings: unknown
  readonly extension: string
}

const uuid = '550e8400-e29b-41d4-a716-446655440000'

const DAY_MS = 24 * 60 * 60 * 1000

/** One that tries again at once what took too long, as it may on a busy machine: its clock runs fast. */
export function createGoldenRenderer(): Renderer {
  let now = 0
  return createRenderer({ patienceMs: 60_000, now: () => (now += DAY_MS) })
}

/** Every format that bytes are kept in. */
export function goldenFormats(renderer: Renderer): readonly GoldenFormat[] {
  const page = chatPageFormat({ renderer, isGzipped: false, origin: 'https://share.example.com', now: 0 })
  const at = { origin: 'https://share.example.com', path: `/shared/chats/${uuid}` }
  const view: ViewDecision = {
    outcome: 'show',
    info: { ...unknownShareInfo, shareExists: true, shareIsActive: true },
    visitor: stranger,
    isOwner: false,
    share: undefined,
    source: undefined,
    session: undefined,
  }
  return [
    { format: sharedJson, surroundings: sharedJson.surroundings(view), extension: 'json' },
    { format: markdown, surroundings: null, extension: 'md' },
    { format: exportedJson, surroundings: null, extension: 'json' },
    { format: openAiMessages, surroundings: null, extension: 'json' },
    {
      format: page,
      surroundings: { at, isOpen: true, usedView: false, isGzipped: false },
      extension: 'html',
    },
    {
      format: chatFileFormat(renderer),
      surroundings: 'file',
      extension: 'html',
    },
  ]
}

/** The file that holds a format's bytes, in test/fixtures/golden/. */
export function goldenName({ format, extension }: GoldenFormat): string {
  return `${format.name}.${format.version}.${extension}`
}

/** The bytes of the golden chat in a format: as they are kept, then as they are sent. */
export async function goldenBytes({ format, surroundings }: GoldenFormat): Promise<Buffer> {
  let bytes = Buffer.alloc(0)
  // On a busy machine a page is plain text at first.
  await until('the golden chat, written whole', async () => {
    const written = await format.write(goldenChat, { ownerId: 1, signal: new AbortController().signal })
    bytes = Buffer.from(written.bytes)
    return written.isFinal
  })
  const sent = await format.wrap(bytes, surroundings)
  return Buffer.concat([bytes, Buffer.from('\n=== as it is sent ===\n'), ...sent])
}

const time = Date.UTC(2026, 0, 2, 3, 4, 5)

/** A chat that holds something of everything that formats treat in a way of their own. */
const goldenChat: ReadableChat = {
  files: new Map(),
  name: 'Moons of Neptune <& "friends">',
  model: 'triton-1',
  createdAt: time,
  updatedAt: time + 90_000,
  messages: [
    {
      id: 7,
      role: 'user',
      content: 'Which moon orbits *backwards*?\n\n## User',
      createdAt: time,
      updatedAt: time,
    },
    {
      id: 9,
      role: 'assistant',
      content: [
        '# Triton',
        'It has [a page](https://example.org/?a=1&b=2), <b>no HTML</b>, `code` and ~~Nereid~~.',
        '- [x] retrograde\n- [ ] tidally free',
        '```ts\nconst moon: string = "Triton" // backwards\n```',
        '| moon | km |\n| :- | -: |\n| Triton | 2707 |',
        'Its period is $T = 2\\pi\\sqrt{a^3/\\mu}$.',
        '$$\\int_0^1 x\\,dx$$',
        'A note.[^1]\n\n[^1]: It is retrograde.',
        '![a picture](https://example.org/triton.png)',
        '> Quoted\n> twice',
        '```thinking\nBackwards means retrograde.\n```',
        '```tool Bash\nnpm test\n```\n\n```result\n12 passing\n```',
        '```mermaid\ngraph TD; A-->B\n```',
        '## Assistant\n\nSetext\n===',
      ].join('\n\n'),
      createdAt: time + 30_000,
      updatedAt: time + 60_000,
    },
    { id: 12, role: 'user', content: 'Thanks! 👩‍🚀', createdAt: time + 90_000, updatedAt: time + 90_000 },
  ],
}
