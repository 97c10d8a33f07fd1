import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { ImportedChat } from '../../src/importing/imported-chat.ts'
import { importFixture, importJson, type Imported } from '../kit/importing.ts'

let imported: Imported
let chat: ImportedChat | undefined

before(async () => {
  imported = await importFixture('chatgpt.json')
  chat = imported.chats[0]
})

test('a conversation of ChatGPT comes in as its page showed it, without replaced questions', () => {
  assert.equal(chat?.name, 'Sunset haiku')
  assert.equal(chat?.model, 'gpt-4o')
  assert.equal(chat?.sourceKey, 'chatgpt:11111111-2222-4333-8444-555555555555')
  assert.deepEqual(
    chat?.messages.map(({ role }) => role),
    ['user', 'assistant', 'user', 'assistant'],
  )
  assert.doesNotMatch(JSON.stringify(chat?.messages), /replaced/)
})

test('seconds with fractions become milliseconds', () => {
  assert.equal(chat?.createdAt, 1714557600123)
  assert.equal(chat?.messages[0]?.createdAt, 1714557601250)
})

test('pictures and files leave a note, reasoning a quote, code a fenced block, citations their links', () => {
  assert.equal(
    chat?.messages[0]?.content,
    '*[file: notes.pdf]*\n\n*[image]*\n\nWrite a haiku about this picture',
  )
  assert.match(chat?.messages[1]?.content ?? '', /^> \*\*Reasoning\*\*\n>\n> Counting syllables/)
  assert.match(
    chat?.messages[1]?.content ?? '',
    /Red light on the sea \(\[Sea\]\(https:\/\/example\.com\/sea\)\)/,
  )
  assert.doesNotMatch(chat?.messages[1]?.content ?? '', /【|turn0search/)
  assert.equal(
    chat?.messages[3]?.content,
    "**Canvas: haiku**\n\n```markdown\nRed light\n```\n\n*[image: A red sea]*\n\n```python\nprint('done')\n```",
  )
})

test('custom instructions, tools and replaced branches stay out and are told', () => {
  assert.doesNotMatch(JSON.stringify(chat), /Alice Secret|syllables'\)|"17"/)
  assert.deepEqual(chat?.leftOut, {
    'message from a replaced branch': 1,
    'custom instruction': 1,
    image: 2,
    file: 1,
    'tool call': 1,
    'tool result': 1,
    citation: 1,
  })
})

test('tools come in as short blocks where they are wanted', async () => {
  const [chat] = (await importFixture('chatgpt.json', { includeTools: true })).chats
  assert.match(
    chat?.messages[1]?.content ?? '',
    /```tool python\ncount\('syllables'\)\n```\n\n```result\n17\n```/,
  )
})

test('nodes that nothing links come in by their time', async () => {
  const { chats } = await importJson({
    mapping: { a: said('assistant', 'A', 1.7e9 + 1), b: said('user', 'Q', 1.7e9) },
  })
  assert.deepEqual(
    chats[0]?.messages.map(({ content }) => content),
    ['Q', 'A'],
  )
})

test('citations of older conversations become links too', async () => {
  const text = 'As found【3†source】.'
  const { chats } = await importJson({
    mapping: {
      a: {
        message: {
          author: { role: 'assistant' },
          content: { parts: [text] },
          metadata: {
            citations: [
              {
                start_ix: 8,
                end_ix: 18,
                metadata: { type: 'webpage', title: 'A [page]', url: 'https://example.com/' },
              },
            ],
          },
        },
      },
    },
  })
  assert.equal(chats[0]?.messages[0]?.content, 'As found ([A page](https://example.com/)).')
})

test('brackets that are no citation stay, names and sources of newer citations are shown', async () => {
  const text = [
    '【1月】と【3つのポイント】',
    `${mark('entity', '["city","Paris","the capital"]')} has a tower ${mark('cite', 'turn0search1', 'turn0search2')}`,
    `${mark('image_group', '{"query":["tower"]}')}see ${mark('url', 'the site', 'https://example.com/a')}`,
  ].join('\n')
  const { chats } = await importJson({
    mapping: {
      a: {
        message: {
          author: { role: 'assistant' },
          content: { content_type: 'text', parts: [text] },
          metadata: {
            content_references: [
              {
                matched_text: mark('cite', 'turn0search1', 'turn0search2'),
                type: 'grouped_webpages',
                alt: null,
                items: [
                  { title: 'Tower', url: 'https://example.com/t' },
                  { title: 'Iron (metal)', url: 'https://example.com/i_(m)' },
                ],
              },
              { matched_text: ' ', type: 'sources_footnote', alt: null },
            ],
          },
        },
      },
    },
  })
  assert.equal(
    chats[0]?.messages[0]?.content,
    '【1月】と【3つのポイント】\nParis has a tower ([Tower](https://example.com/t), [Iron (metal)](https://example.com/i_%28m%29))\n' +
      'see [the site](https://example.com/a)',
  )
  assert.deepEqual(chats[0]?.leftOut, { citation: 1 })
})

test('what was spoken comes in as its words, what Python drew as a picture, errors and windows of apps stay out', async () => {
  const messages: [string, object, object?][] = [
    [
      'user',
      {
        content_type: 'multimodal_text',
        parts: [
          { content_type: 'audio_transcription', text: 'Draw a sine', direction: 'in' },
          {
            content_type: 'real_time_user_audio_video_asset_pointer',
            frames_asset_pointers: [],
            video_container_asset_pointer: null,
            audio_asset_pointer: { content_type: 'audio_asset_pointer', asset_pointer: 'sediment://file_1' },
          },
        ],
      },
    ],
    ['assistant', { content_type: 'thoughts', thoughts: 'A wave.', source_analysis_msg_id: 'x' }],
    ['assistant', { content_type: 'code', language: 'unknown', text: 'plot()' }, { recipient: 'python' }],
    [
      'tool',
      { content_type: 'execution_output', text: '<Figure>' },
      {
        metadata: {
          aggregate_result: { messages: [{ message_type: 'image', image_url: 'file-service://f' }] },
        },
      },
    ],
    ['tool', { content_type: 'sonic_webpage', url: 'https://example.com', text: 'A page' }],
    ['tool', { content_type: 'tether_browsing_display', result: 'L0: page', summary: null }],
    ['assistant', { content_type: 'system_error', name: 'Error', text: 'robots.txt' }],
    [
      'user',
      { content_type: 'app_pairing_content', workspaces: [{ app_name: 'Terminal' }], context_parts: [] },
    ],
    [
      'assistant',
      { content_type: 'text', parts: ['There.'] },
      { metadata: { model_slug: 'gpt-5-1' }, weight: 0 },
    ],
    ['assistant', { content_type: 'text', parts: ['An edit'] }, { recipient: 'canmore.update_textdoc' }],
    ['user', { content_type: 'text', parts: [''] }],
    ['user', { content_type: 'model_editable_context', model_set_context: 'The user likes waves.' }],
  ]
  const mapping = Object.fromEntries(
    messages.map(([role, content, rest], index) => [
      `n${index}`,
      {
        id: `n${index}`,
        parent: index === 0 ? null : `n${index - 1}`,
        children: [`n${index + 1}`],
        message: { author: { role, name: null }, create_time: null, content, recipient: 'all', ...rest },
      },
    ]),
  )
  const { chats } = await importJson([{ mapping, current_node: null, default_model_slug: 'auto' }])
  assert.deepEqual(
    chats[0]?.messages.map(({ role, content }) => `${role}: ${content}`),
    ['user: Draw a sine', 'assistant: > **Reasoning**\n>\n> A wave.\n\n*[image]*\n\nThere.'],
  )
  assert.equal(chats[0]?.model, 'gpt-5-1')
  assert.deepEqual(chats[0]?.leftOut, {
    'audio recording': 1,
    'tool call': 1,
    image: 1,
    'tool result': 2,
    'error message': 1,
    "app's window": 1,
    'change of a canvas': 1,
    'custom instruction': 1,
  })
})

test('a tree with a cycle comes in once around, a chat without a title is called by its first words', () => {
  const cycle = imported.chats[1]
  assert.deepEqual(
    cycle?.messages.map(({ content }) => content),
    ['# Which way is *up*?', 'Away from the ground.'],
  )
  assert.equal(cycle?.name, 'Which way is *up*?')
  assert.equal(cycle?.model, 'ChatGPT')
})

test('a broken conversation is reported by its title and the others come in', () => {
  assert.equal(imported.chats.length, 2)
  assert.deepEqual(
    imported.failed.map(({ title }) => title),
    ['Nothing was said', 'A broken one', 'Conversation 5'],
  )
  for (const { reason } of imported.failed) assert.match(reason, /^It .*\.$/)
})

test('a single conversation that is no list comes in, and one that lost its current node by its newest branch', async () => {
  const { chats } = await importJson({
    title: 'Alone',
    mapping: {
      a: node('a', null, 'user', 'Q', 1.7e9),
      b: node('b', 'a', 'assistant', 'old', 1.7e9 + 1),
      c: node('c', 'a', 'assistant', 'new', 1.7e9 + 2),
    },
  })
  assert.deepEqual(
    chats[0]?.messages.map(({ content }) => content),
    ['Q', 'new'],
  )
})

function node(id: string, parent: string | null, role: string, text: string, time: number): object {
  return { id, parent, message: { author: { role }, create_time: time, content: { parts: [text] } } }
}

function said(role: string, text: string, time: number): object {
  return { message: { author: { role }, create_time: time, content: { parts: [text] } } }
}

function mark(...words: string[]): string {
  return `\ue200${words.join('\ue202')}\ue201`
}
