import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { unzipSync } from 'fflate'
import sharp from 'sharp'
import { createVisitor, expectOk, type Person, signUp } from '../kit/client.ts'
import { type Chat, shapes } from '../kit/shapes.ts'
import { type Server, startServer } from '../kit/start-server.ts'
import { importBytes } from '../kit/importing.ts'
import { until } from '../kit/until.ts'
import { importFile } from '../kit/uploads.ts'
import { zip } from '../kit/zip.ts'

let server: Server
let ada: Person
before(async () => {
  server = await startServer()
  ada = await signUp(server.url)
})
after(() => server.close())

let made = 0
/** A picture that no other test has. */
async function newPicture(): Promise<Buffer> {
  made++
  const background = { r: made, g: 10, b: 200 - made }
  return sharp({ create: { width: 30 + made, height: 20, channels: 3, background } })
    .png()
    .toBuffer()
}
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const dataUri = (bytes: Uint8Array) => `data:image/png;base64,${base64(bytes)}`

async function contentsOf(person: Person, { id }: Pick<Chat, 'id'>): Promise<string[]> {
  const answer = await person.get(person.path(`/chats/${id}/messages`))
  return expectOk(answer, shapes.messages).chatMessages.map(({ content }) => content)
}

const idsIn = (text: string) => [...text.matchAll(/file:([\w-]{22})/g)].map(([, id]) => id ?? '')

async function bytesOf(
  person: Person,
  { id }: Pick<Chat, 'id'>,
  fileId: string,
): Promise<Buffer | undefined> {
  const cookie = [...person.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const response = await fetch(server.url + person.path(`/chats/${id}/files/${fileId}`), {
    headers: { cookie },
  })
  return response.status === 200 ? Buffer.from(await response.arrayBuffer()) : undefined
}

const messagesIn = (json: string) => (JSON.parse(json) as { messages: unknown[] }).messages

/** Imports a file with one chat, and checks that each message shows pictures as wide as told. */
async function expectPictures(
  file: string | Uint8Array,
  widths: readonly (readonly number[])[],
): Promise<Chat> {
  const { chats, left_out } = await importFile(ada, file)
  const [chat] = chats
  assert.ok(chat)
  assert.deepEqual(left_out['image'] ?? 0, 0)
  const found = await Promise.all(
    (await contentsOf(ada, chat)).map((content) =>
      Promise.all(
        idsIn(content).map(async (id) => {
          const bytes = await bytesOf(ada, chat, id)
          return bytes ? (await sharp(bytes).metadata()).width : undefined
        }),
      ),
    ),
  )
  assert.deepEqual(found, widths)
  return chat
}

const width = async (bytes: Uint8Array) => (await sharp(bytes).metadata()).width

const anthropicImage = (bytes: Uint8Array) => ({
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data: base64(bytes) },
})

const claudeLine = (type: string, uuid: string, parent: string | null, content: unknown) =>
  JSON.stringify({
    type,
    uuid,
    parentUuid: parent,
    sessionId: 's1',
    timestamp: '2026-01-01T00:00:00.000Z',
    message: { role: type, content, ...(type === 'assistant' ? { model: 'claude-x' } : {}) },
  })

const codexLine = (type: string, payload: object) =>
  JSON.stringify({ timestamp: '2026-01-01T00:00:00.000Z', type, payload })

const pointerTo = (name: string, scheme: string) => ({
  content_type: 'image_asset_pointer',
  asset_pointer: `${scheme}://${name}`,
  width: 1,
  height: 1,
})

const chatGptNode = (
  id: string,
  parent: string | null,
  role: string,
  parts: unknown[],
  kind = 'multimodal_text',
) => ({
  id,
  parent,
  children: [],
  message: { id, author: { role }, create_time: 1_700_000_000, content: { content_type: kind, parts } },
})

const libreChatMessage = (id: string, parent: string, isCreatedByUser: boolean, more: object) => ({
  messageId: id,
  parentMessageId: parent,
  conversationId: 'lc-pictures',
  sender: isCreatedByUser ? 'User' : 'GPT-4o',
  isCreatedByUser,
  createdAt: '2026-01-02T03:04:05.678Z',
  ...more,
})

const openCodeMessage = (id: string, role: string, created: number, parts: object[]) => ({
  info: { id, role, sessionID: 'ses_pictures', time: { created } },
  parts,
})

const openCodePicture = (url: string, filename: string) => ({
  type: 'file',
  mime: 'image/png',
  filename,
  url,
})

async function withFiles(): Promise<{ chat: Chat; picture: Buffer; ids: string[] }> {
  const chat = await ada.createChat([], 'With “files”')
  const add = async (bytes: Uint8Array, name: string) => {
    const answer = await ada.send('POST', ada.path(`/chats/${chat.id}/files?name=${name}`), {
      body: new Uint8Array(bytes),
      headers: { 'content-type': 'application/octet-stream' },
    })
    return (answer.json() as { file: { id: string; markdown: string } }).file
  }
  const [one, two, three] = [
    await add(await newPicture(), 'one.png'),
    await add(Buffer.from('a,b\n1,2\n'), 'table.csv'),
    await add(await newPicture(), 'one.png'),
  ]
  await ada.addMessages(chat, [
    { role: 'user', content: `Look:\n\n${one.markdown}\n\nand ${two.markdown}` },
    { role: 'assistant', content: `Better: ${three.markdown}` },
  ])
  const picture = await bytesOf(ada, chat, one.id)
  assert.ok(picture)
  return { chat, picture, ids: [one.id, two.id, three.id] }
}

async function exported(chat: Chat, format: string): Promise<Buffer> {
  const cookie = [...ada.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const path = ada.path(`/chats/${chat.id}/export?format=${format}`)
  const response = await fetch(server.url + path, { headers: { cookie } })
  assert.equal(response.status, 200)
  return Buffer.from(await response.arrayBuffer())
}

describe('pictures come in', () => {
  it('from a session of Claude Code: what was pasted, and what a tool gave back', async () => {
    const [pasted, read] = [await newPicture(), await newPicture()]
    const session = [
      claudeLine('user', 'a', null, [anthropicImage(pasted), { type: 'text', text: 'What is wrong here?' }]),
      claudeLine('assistant', 'b', 'a', [
        { type: 'tool_use', id: 't', name: 'Read', input: { file_path: 'a.png' } },
      ]),
      claudeLine('user', 'c', 'b', [
        { type: 'tool_result', tool_use_id: 't', content: [anthropicImage(read)] },
      ]),
      claudeLine('assistant', 'd', 'c', [{ type: 'text', text: 'The colour.' }]),
    ].join('\n')
    const chat = await expectPictures(session, [[await width(pasted)], [await width(read)]])
    // The same session brings the same text.
    const again = await importFile(ada, session)
    assert.equal(again.counts.unchanged, 1)
    const share = await ada.share(chat)
    // On a busy machine a page is plain text at first.
    await until('the page with both pictures', async () => {
      const page = await createVisitor(server.url).get(`/shared/chats/${share.uuid}`)
      return page.text.match(/<img /g)?.length === 2
    })
  })

  it('from a session of Codex', async () => {
    const picture = await newPicture()
    const session = [
      codexLine('session_meta', {
        id: 'c1',
        timestamp: '2026-01-01T00:00:00.000Z',
        cwd: '/x',
        originator: 'codex_cli_rs',
      }),
      codexLine('response_item', {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'Look' },
          { type: 'input_image', image_url: dataUri(picture) },
        ],
      }),
      codexLine('response_item', {
        type: 'message',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'Nice' }],
      }),
    ].join('\n')
    await expectPictures(session, [[await width(picture)], []])
  })

  it('from lists of messages, of all three kinds; one elsewhere on the web stays a link', async () => {
    const [openai, anthropic, gemini] = [await newPicture(), await newPicture(), await newPicture()]
    const answered = { role: 'assistant', content: 'Yes' }
    const chat = await expectPictures(
      JSON.stringify({
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'This?' },
              { type: 'image_url', image_url: { url: dataUri(openai) } },
              { type: 'image_url', image_url: { url: 'https://example.org/a.png' } },
            ],
          },
          answered,
        ],
      }),
      [[await width(openai)], []],
    )
    assert.match((await contentsOf(ada, chat))[0] ?? '', /\(https:\/\/example\.org\/a\.png\)/)
    const source = { type: 'base64', media_type: 'image/png', data: base64(anthropic) }
    await expectPictures(
      JSON.stringify([
        {
          role: 'user',
          content: [
            { type: 'image', source },
            { type: 'text', text: 'Or this?' },
          ],
        },
        answered,
      ]),
      [[await width(anthropic)], []],
    )
    await expectPictures(
      JSON.stringify({
        contents: [
          {
            role: 'user',
            parts: [{ text: 'Hm?' }, { inlineData: { mimeType: 'image/png', data: base64(gemini) } }],
          },
          { role: 'model', parts: [{ text: 'Yes' }] },
        ],
      }),
      [[await width(gemini)], []],
    )
  })

  it("from ChatGPT's archive, before and after its conversations", async () => {
    const [first, second] = [await newPicture(), await newPicture()]
    const conversations = JSON.stringify([
      {
        title: 'Pictures',
        conversation_id: 'with-pictures',
        create_time: 1_700_000_000,
        current_node: 'c',
        mapping: {
          a: chatGptNode('a', null, 'user', ['Draw it', pointerTo('file-AbCdEfGh1234', 'file-service')]),
          b: chatGptNode('b', 'a', 'tool', [pointerTo('file_00000000abcd', 'sediment')]),
          c: chatGptNode('c', 'b', 'assistant', ['Done'], 'text'),
        },
      },
    ])
    const archive = zip([
      { name: 'file-AbCdEfGh1234-photo.png', content: first, isStored: true },
      { name: 'conversations.json', content: conversations },
      { name: 'dalle-generations/file_00000000abcd-x.png', content: second, hasDescriptor: true },
    ])
    await expectPictures(archive, [[await width(first)], [await width(second)]])
  })

  it('from Open WebUI: sent, answered, and in the text of an answer', async () => {
    const [sent, drawn, written] = [await newPicture(), await newPicture(), await newPicture()]
    const chat = {
      id: 'owui-1',
      user_id: 'u',
      title: 'Cats',
      chat: {
        title: 'Cats',
        models: ['llava:7b'],
        history: {
          currentId: 'd',
          messages: {
            a: {
              id: 'a',
              parentId: null,
              childrenIds: ['b'],
              role: 'user',
              content: 'What is this?',
              files: [{ type: 'image', url: dataUri(sent) }],
              timestamp: 1_735_689_600,
            },
            b: {
              id: 'b',
              parentId: 'a',
              childrenIds: ['c'],
              role: 'assistant',
              model: 'llava:7b',
              content: 'A cat. Here is another:',
              files: [{ type: 'image', url: dataUri(drawn) }],
            },
            c: { id: 'c', parentId: 'b', childrenIds: ['d'], role: 'user', content: 'Plot them' },
            d: {
              id: 'd',
              parentId: 'c',
              childrenIds: [],
              role: 'assistant',
              model: 'llava:7b',
              content: `Done:\n\n![Output Image](${dataUri(written)})`,
            },
          },
        },
      },
    }
    await expectPictures(JSON.stringify([chat]), [
      [await width(sent)],
      [await width(drawn)],
      [],
      [await width(written)],
    ])
  })

  it('from LibreChat, whose answers have them as parts; what lies on its server is told', async () => {
    const [sent, drawn] = [await newPicture(), await newPicture()]
    const file = JSON.stringify({
      conversationId: 'lc-pictures',
      endpoint: 'openAI',
      title: 'Boats',
      recursive: false,
      options: { model: 'gpt-4o' },
      messages: [
        libreChatMessage('m1', '00000000-0000-0000-0000-000000000000', true, {
          text: 'Which boat?',
          content: [
            { type: 'text', text: 'Which boat?' },
            { type: 'image_url', image_url: { url: dataUri(sent), detail: 'auto' } },
          ],
        }),
        libreChatMessage('m2', 'm1', false, {
          text: '',
          model: 'gpt-4o',
          content: [
            {
              type: 'tool_call',
              tool_call: { name: 'image_gen_oai', args: '{"prompt":"a boat"}', output: 'Drawn.' },
            },
            { type: 'text', text: { value: 'A sloop.' } },
          ],
          attachments: [{ type: 'image/png', filename: 'boat.png', filepath: dataUri(drawn) }],
        }),
      ],
    })
    await expectPictures(file, [[await width(sent)], [await width(drawn)]])
    const onServer = { file_id: 'f', type: 'image/png', filepath: '/images/u/f.png', filename: 'f.png' }
    const { left_out } = await importFile(
      ada,
      JSON.stringify({
        conversationId: 'lc-server',
        title: 'Server',
        messages: [
          libreChatMessage('s1', '00000000-0000-0000-0000-000000000000', true, {
            text: 'This?',
            files: [onServer],
          }),
          libreChatMessage('s2', 's1', false, { text: 'No.' }),
        ],
      }),
    )
    assert.equal(left_out['image'], 1)
  })

  it('from Google AI Studio, whose signs of equality are escaped', async () => {
    const [sent, drawn] = [await newPicture(), await newPicture()]
    const prompt = {
      runSettings: { model: 'models/gemini-2.5-flash-image' },
      chunkedPrompt: {
        chunks: [
          { inlineImage: { mimeType: 'image/png', data: base64(sent) }, role: 'user', tokenCount: 258 },
          { text: 'Make it blue', role: 'user', tokenCount: 3 },
          { text: 'Here it is.', role: 'model', finishReason: 'STOP' },
          { inlineData: { mimeType: 'image/png', data: base64(drawn) }, role: 'model' },
        ],
      },
    }
    const file = JSON.stringify(prompt, null, 2).replace(/=/g, String.raw`\u003d`)
    await expectPictures(file, [[await width(sent)], [await width(drawn)]])
  })

  it('from Cline, what went to its model and what its panel showed', async () => {
    const [sent, seen, pasted] = [await newPicture(), await newPicture(), await newPicture()]
    const history = [
      {
        role: 'user',
        content: [
          { type: 'text', text: '<task>\nWhat is wrong here?\n</task>' },
          anthropicImage(sent),
          { type: 'text', text: '<environment_details>\n# Current Time\n9:00\n</environment_details>' },
        ],
      },
      {
        role: 'assistant',
        content: [{ type: 'text', text: '<browser_action>\n<action>launch</action>\n</browser_action>' }],
      },
      {
        role: 'user',
        content: [{ type: 'text', text: '[browser_action] Result:\nLaunched.' }, anthropicImage(seen)],
      },
      {
        role: 'assistant',
        content: [
          {
            type: 'text',
            text: '<attempt_completion>\n<result>\nThe margin.\n</result>\n</attempt_completion>',
          },
        ],
      },
    ]
    await expectPictures(JSON.stringify(history), [[await width(sent)], [await width(seen)]])
    const panel = [
      { ts: 1_772_442_000_000, type: 'say', say: 'task', text: 'And here?', images: [dataUri(pasted)] },
      { ts: 1_772_442_003_000, type: 'say', say: 'completion_result', text: 'The padding.' },
    ]
    await expectPictures(JSON.stringify(panel), [[await width(pasted)], []])
  })

  it('from opencode: pasted ones, and what a tool read', async () => {
    const [pasted, read] = [await newPicture(), await newPicture()]
    const session = {
      info: { id: 'ses_pictures', title: 'Two pictures', directory: '/home/ada/site', time: { created: 1 } },
      messages: [
        openCodeMessage('msg_1', 'user', 1_772_442_000_000, [
          { type: 'text', text: 'Compare it with a.png' },
          openCodePicture(dataUri(pasted), 'image.png'),
        ]),
        openCodeMessage('msg_2', 'assistant', 1_772_442_005_000, [
          {
            type: 'tool',
            tool: 'read',
            callID: 't',
            state: {
              status: 'completed',
              input: { filePath: '/home/ada/site/a.png' },
              output: 'Image read successfully',
              attachments: [openCodePicture(dataUri(read), 'a.png')],
            },
          },
          { type: 'text', text: 'They differ.' },
        ]),
      ],
    }
    await expectPictures(JSON.stringify(session), [[await width(pasted)], [await width(read)]])
  })

  it('from Gemini CLI, and from a tool of Codex', async () => {
    const [pasted, read, viewed] = [await newPicture(), await newPicture(), await newPicture()]
    const session = {
      sessionId: '11111111-2222-4333-8444-555555555556',
      projectHash: '0',
      startTime: '2026-03-02T09:00:00.000Z',
      messages: [
        {
          id: 'a',
          timestamp: '2026-03-02T09:00:00.000Z',
          type: 'user',
          content: [
            { text: 'What is this, and @b.png?' },
            { inlineData: { mimeType: 'image/png', data: base64(pasted) } },
          ],
        },
        {
          id: 'b',
          timestamp: '2026-03-02T09:00:05.000Z',
          type: 'gemini',
          content: 'Two charts.',
          toolCalls: [
            {
              id: 't',
              name: 'read_file',
              args: { file_path: 'b.png' },
              status: 'success',
              result: [
                { functionResponse: { id: 't', name: 'read_file', response: { output: 'Binary content' } } },
                { inlineData: { mimeType: 'image/png', data: base64(read) } },
              ],
            },
          ],
        },
      ],
    }
    await expectPictures(JSON.stringify(session), [[await width(pasted)], [await width(read)]])
    const text = (role: string, type: string, said: string) =>
      codexLine('response_item', { type: 'message', role, content: [{ type, text: said }] })
    const codex = [
      codexLine('session_meta', { id: 'c2', timestamp: '2026-01-01T00:00:00.000Z', cwd: '/x' }),
      text('user', 'input_text', 'Look at c.png'),
      codexLine('response_item', {
        type: 'function_call',
        name: 'view_image',
        call_id: 'v',
        arguments: '{"path":"c.png"}',
      }),
      codexLine('response_item', {
        type: 'function_call_output',
        call_id: 'v',
        output: [{ type: 'input_image', image_url: dataUri(viewed) }],
      }),
      text('assistant', 'output_text', 'A chart.'),
    ].join('\n')
    await expectPictures(codex, [[], [await width(viewed)]])
  })

  it('and what is no picture, or is missing, is told', async () => {
    const damaged = Buffer.from(await newPicture()).subarray(0, 60)
    const content = [
      { type: 'image_url', image_url: { url: dataUri(damaged) } },
      { type: 'text', text: 'What?' },
    ]
    const { left_out } = await importFile(
      ada,
      JSON.stringify({
        messages: [
          { role: 'user', content },
          { role: 'assistant', content: 'No' },
        ],
      }),
    )
    assert.deepEqual(left_out, { image: 1 })
  })

  it('but not what stands in code', async () => {
    const code = `const icon = "${dataUri(await newPicture())}"`
    const { chats } = await importFile(
      ada,
      JSON.stringify({
        messages: [
          { role: 'user', content: code },
          { role: 'assistant', content: 'An icon.' },
        ],
      }),
    )
    assert.ok(chats[0])
    assert.equal((await contentsOf(ada, chats[0]))[0], code)
  })
})

describe('pictures go out', () => {
  it('and come back from JSON, to the letter and to the byte', async () => {
    const { chat, picture, ids } = await withFiles()
    const file = await exported(chat, 'json')
    const bob = await signUp(server.url)
    const { chats } = await importFile(bob, file)
    assert.ok(chats[0])
    assert.deepEqual(await contentsOf(bob, chats[0]), await contentsOf(ada, chat))
    const [one = '', two = ''] = ids
    assert.equal(await width((await bytesOf(bob, chats[0], one)) ?? Buffer.alloc(0)), await width(picture))
    assert.equal((await bytesOf(bob, chats[0], two))?.toString(), 'a,b\n1,2\n')
    const own = await importFile(ada, file)
    assert.ok(own.chats[0])
    assert.deepEqual(await bytesOf(ada, own.chats[0], one), picture)
  })

  it('in an archive of Markdown, and come back from it', async () => {
    const { chat, picture } = await withFiles()
    const file = await exported(chat, 'zip')
    const entries = unzipSync(file)
    assert.deepEqual(Object.keys(entries).toSorted((a, b) => a.length - b.length)[0], 'files/one.png')
    assert.deepEqual(Buffer.from(entries['files/one.png'] ?? []), picture)
    assert.equal(Buffer.from(entries['files/table.csv'] ?? []).toString(), 'a,b\n1,2\n')
    const markdown = Buffer.from(entries['With “files”.md'] ?? []).toString()
    assert.match(markdown, /!\[one\.png\]\(files\/one\.png\)/)
    const bob = await signUp(server.url)
    const { chats } = await importFile(bob, file)
    assert.ok(chats[0])
    const contents = await contentsOf(bob, chats[0])
    const [one = '', two = ''] = idsIn(contents.join('\n'))
    assert.equal(await width((await bytesOf(bob, chats[0], one)) ?? Buffer.alloc(0)), await width(picture))
    assert.equal((await bytesOf(bob, chats[0], two))?.toString(), 'a,b\n1,2\n')
  })

  it("in OpenAI's messages, and come back from them", async () => {
    const { chat, picture } = await withFiles()
    const file = await exported(chat, 'openai')
    const { messages } = JSON.parse(file.toString()) as { messages: { content: unknown }[] }
    assert.deepEqual(messages[0]?.content, [
      { type: 'text', text: 'Look:' },
      { type: 'image_url', image_url: { url: dataUri(picture) } },
      { type: 'text', text: 'and' },
      {
        type: 'file',
        file: {
          filename: 'table.csv',
          file_data: `data:application/octet-stream;base64,${base64(Buffer.from('a,b\n1,2\n'))}`,
        },
      },
    ])
    assert.match(String(messages[1]?.content), /^Better: !\[one\.png\]\(data:image\/png;base64,/)
    const bob = await signUp(server.url)
    const { chats } = await importFile(bob, file)
    assert.ok(chats[0])
    const [first = '', second = ''] = await contentsOf(bob, chats[0])
    assert.ok(await bytesOf(bob, chats[0], idsIn(first)[0] ?? ''))
    assert.ok(await bytesOf(bob, chats[0], idsIn(second)[0] ?? ''))
  })

  it('in one HTML file, which needs nothing else', async () => {
    const { chat, picture } = await withFiles()
    const html = (await exported(chat, 'html')).toString()
    assert.ok(html.includes(`src="${dataUri(picture)}"`))
    assert.ok(!html.includes('\0'))
    assert.ok(!/(?:src|href)="(?!data:|#)/.test(html))
    // However often it is shown, and though its chat comes back from it.
    assert.equal(html.split(base64(picture)).length, 2)
  })

  it('and come back from an HTML file, with whatever its messages and names say', async () => {
    const { chat, picture, ids } = await withFiles()
    const hostile =
      '</template></script><!-- --><script>alert(1)</script>&lt;&nbsp;\u00a0\u2028\\u003c "data-file" \\"'
    const [one = '', two = '', three = ''] = ids
    await ada.addMessages(chat, [
      { role: 'user', content: hostile },
      // Not on the page, but the chat's all the same.
      {
        role: 'assistant',
        content: `[![named](file:${two})](https://example.org) <template id="neptun-share-chat">`,
      },
    ])
    const name = 'A <template id="neptun-share-chat">{}</template> & "files"'
    const renamed = await ada.send('PATCH', ada.path(`/chats/${chat.id}`), {
      json: { name },
    })
    assert.equal(renamed.status, 200)
    const file = await exported(chat, 'html')
    const bob = await signUp(server.url)
    const { chats, left_out } = await importFile(bob, file)
    assert.deepEqual(left_out, {})
    const [back] = chats
    assert.ok(back)
    assert.deepEqual([back.name, back.model], [name, chat.model])
    const json = await exported(chat, 'json')
    const again = await bob.get(bob.path(`/chats/${back.id}/export?format=json`))
    assert.deepEqual(messagesIn(again.text), messagesIn(json.toString()))
    assert.equal(await width((await bytesOf(bob, back, one)) ?? Buffer.alloc(0)), await width(picture))
    assert.equal((await bytesOf(bob, back, two))?.toString(), 'a,b\n1,2\n')
    assert.ok(await bytesOf(bob, back, three))
    // It is the chat that JSON is of.
    assert.equal((await importFile(bob, file)).counts.unchanged, 1)
    assert.equal((await importFile(bob, json)).counts.unchanged, 1)
  })

  it('but not from an HTML file that was changed, which says so', async () => {
    const { chat } = await withFiles()
    const html = (await exported(chat, 'html')).toString()
    assert.equal((await importBytes(html)).chats.length, 1)
    for (const [changed, reason] of [
      [html.replace('"format": "neptun-share-chat"', '"format'), /was changed, and can no longer be read/],
      [html.replace(/<template[^]*<\/template>/, ''), /holds no whole chat/],
      [html.slice(0, -100), /holds no whole chat/],
      [html.replace(/<a class="file"[^>]*>/, '<a>'), /"table.csv" is no longer in it/],
    ] as const) {
      assert.notEqual(changed, html)
      await assert.rejects(importBytes(changed), { code: 'damaged', message: reason })
    }
  })

  it('to a reader of a link as to the owner', async () => {
    const { chat } = await withFiles()
    const share = await ada.share(chat)
    for (const format of ['json', 'zip', 'openai', 'html']) {
      const read = await fetch(`${server.url}/api/shared/chats/${share.uuid}/export?format=${format}`)
      assert.deepEqual(Buffer.from(await read.arrayBuffer()), await exported(chat, format))
    }
  })
})
