import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { unzipSync } from 'fflate'
import sharp from 'sharp'
import { createVisitor, expectOk, type Person, signUp } from '../kit/client.ts'
import { type Chat, shapes } from '../kit/shapes.ts'
import { type Server, startServer } from '../kit/start-server.ts'
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
