import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { createVisitor, expectOk, type NewMessage, type Person, signUp } from '../kit/client.ts'
import { readFixture } from '../kit/importing.ts'
import { expectInvalid, expectNoSession, expectNotFound } from '../kit/refusals.ts'
import { type Message, readAs, shapes } from '../kit/shapes.ts'
import { type Server, startServer } from '../kit/start-server.ts'
import { claudeExport, importFile, importFixture, readLines, upload, uploadForm } from '../kit/uploads.ts'
import { until } from '../kit/until.ts'

const ask = (content: string): NewMessage => ({ role: 'user', content })
const answer = (content: string): NewMessage => ({ role: 'assistant', content })
const talk = [ask('Where is Triton?'), answer('Around Neptune.')]

/** A chat without an id of its own, beginning like all of these. */
function markdown(text: string): string {
  return `# Hi\n\n## User\n\nHi\n\n## Assistant\n\n${text}\n`
}

let server: Server
let ada: Person

before(async () => {
  server = await startServer()
})
after(() => server.close())

async function messagesOf(person: Person, chatId: number | null | undefined): Promise<Message[]> {
  const answered = await person.get(person.path(`/chats/${chatId}/messages`))
  return expectOk(answered, shapes.messages).chatMessages
}

const texts = (messages: readonly { content: string }[]): string[] => messages.map(({ content }) => content)

async function chatsOf(person: Person) {
  return expectOk(await person.get(person.path('/chats')), shapes.chats).chats
}

describe('a file comes in', () => {
  before(async () => {
    ada = await signUp(server.url)
  })

  it('and its chat goes out by a link that somebody else reads', async () => {
    const form = await uploadForm(ada, { 'conversations.json': await readFixture('chatgpt.json') })
    const { chats, counts } = expectOk(form, shapes.imported)
    assert.equal(counts.new, chats.length)
    const chat = chats.find(({ name }) => name === 'Sunset haiku')
    assert.ok(chat)
    const share = await ada.share(chat, { password: 'neptune' })
    const reader = createVisitor(server.url)
    const { chatMessages } = expectOk(await reader.readShare(share.uuid, 'neptune'), shapes.sharedChat)
    assert.deepEqual(texts(chatMessages), texts(await messagesOf(ada, chat.id)))
    assert.ok(chatMessages.length > 0)
  })

  for (const name of [
    'ai-studio.json',
    'anthropic-messages.json',
    'claude-code.jsonl',
    'claude.json',
    'codex.jsonl',
    'librechat-flat.json',
    'markdown.md',
    'open-webui.json',
    'openai-messages.json',
    'sharegpt.json',
  ]) {
    it(`from ${name}, and once more without a second copy`, async () => {
      const first = await importFixture(ada, name)
      assert.ok(first.counts.new > 0)
      const before = await chatsOf(ada)
      const again = await importFixture(ada, name)
      assert.deepEqual(again.counts, { ...first.counts, new: 0, unchanged: first.counts.new })
      assert.deepEqual(await chatsOf(ada), before)
    })
  }

  it('with the times of its source', async () => {
    const { chats } = await importFile(ada, claudeExport([{ id: 'times', messages: talk }]))
    assert.equal(chats[0]?.created_at, '2025-03-01T08:00:00.000Z')
    assert.equal(chats[0].updated_at, '2025-03-01T08:01:00.000Z')
    const messages = await messagesOf(ada, chats[0].id)
    assert.deepEqual(
      messages.map(({ created_at }) => created_at),
      ['2025-03-01T08:00:00.000Z', '2025-03-01T08:01:00.000Z'],
    )
  })

  it('and it is told what stayed out, and which conversations did and why', async () => {
    const { left_out, left_out_summary, failed, counts } = await importFixture(
      await signUp(server.url),
      'chatgpt.json',
    )
    assert.equal(left_out['image'], 2)
    assert.match(left_out_summary ?? '', /2 images, .*1 citation left out$/)
    assert.equal(counts.failed, failed.length)
    assert.ok(failed.some(({ title, reason }) => title === 'Nothing was said' && reason.endsWith('.')))
    assert.ok(counts.new > 0, 'the others came in')
  })

  it('with the calls of tools, also when it came in without them before', async () => {
    const person = await signUp(server.url)
    const { chats } = await importFixture(person, 'claude-code.jsonl', '?include_tools=false')
    const before = texts(await messagesOf(person, chats[0]?.id)).join('\n')
    const again = await importFixture(person, 'claude-code.jsonl')
    assert.equal(again.counts.updated, 1)
    assert.ok(texts(await messagesOf(person, chats[0]?.id)).join('\n').length > before.length)
  })

  it('for everyone by themselves: two people with the same file have a chat each', async () => {
    const file = claudeExport([{ id: 'shared-file', messages: talk }])
    for (const person of [await signUp(server.url), await signUp(server.url)]) {
      assert.equal((await importFile(person, file)).counts.new, 1)
    }
  })

  it('twice at the same time, and is there once', async () => {
    const person = await signUp(server.url)
    const file = claudeExport(Array.from({ length: 20 }, (_, index) => ({ id: `p${index}`, messages: talk })))
    const results = await Promise.all([1, 2, 3].map(() => importFile(person, file)))
    assert.equal(
      results.reduce((sum, { counts }) => sum + counts.new, 0),
      20,
    )
    assert.equal((await chatsOf(person)).length, 20)
  })
})

describe('a file that comes in again', () => {
  const first = claudeExport([{ id: 'a', messages: talk }])
  let chatId: number

  before(async () => {
    ada = await signUp(server.url)
    chatId = (await importFile(ada, first)).chats[0]?.id ?? 0
  })

  it('appends what is new, and readers of the link see it', async () => {
    const chat = (await chatsOf(ada)).find(({ id }) => id === chatId)
    assert.ok(chat)
    const share = await ada.share(chat)
    const ids = (await messagesOf(ada, chatId)).map(({ id }) => id)
    const grown = claudeExport([{ id: 'a', messages: [...talk, ask('How far?'), answer('355,000 km.')] }])
    const { counts, conversations } = await importFile(ada, grown)
    assert.equal(counts.updated, 1)
    assert.equal(conversations[0]?.chat_id, chatId)
    const messages = await messagesOf(ada, chatId)
    assert.equal(messages.length, 4)
    assert.deepEqual(
      messages.slice(0, 2).map(({ id }) => id),
      ids,
    )
    const { chatMessages } = expectOk(
      await createVisitor(server.url).readShare(share.uuid),
      shapes.sharedChat,
    )
    assert.deepEqual(texts(chatMessages), texts(messages))
  })

  it('takes nothing away when it is an older one', async () => {
    const { counts } = await importFile(ada, first)
    assert.equal(counts.unchanged, 1)
    assert.equal((await messagesOf(ada, chatId)).length, 4)
  })

  it('replaces what was changed in the source, in the same chat', async () => {
    const changed = [talk[0] ?? ask(''), answer('In the outer solar system.'), ask('Thanks')]
    const { counts } = await importFile(ada, claudeExport([{ id: 'a', messages: changed }]))
    assert.equal(counts.updated, 1)
    assert.deepEqual(texts(await messagesOf(ada, chatId)), texts(changed))
  })

  it('follows a new title, but keeps the one that its owner gave', async () => {
    const messages = [talk[0] ?? ask(''), answer('In the outer solar system.'), ask('Thanks')]
    await importFile(ada, claudeExport([{ id: 'a', name: 'Moons', messages }]))
    const nameOf = async () => (await chatsOf(ada)).find(({ id }) => id === chatId)?.name
    assert.equal(await nameOf(), 'Moons')
    await ada.send('PATCH', ada.path(`/chats/${chatId}`), { json: { name: 'Mine' } })
    const more = [...messages, answer('Welcome')]
    const { counts } = await importFile(ada, claudeExport([{ id: 'a', name: 'Moons 2', messages: more }]))
    assert.equal(counts.updated, 1)
    assert.equal(await nameOf(), 'Mine')
    assert.equal((await messagesOf(ada, chatId)).length, 4)
  })

  it('leaves a chat alone that was edited here, and says so', async () => {
    const messages = await messagesOf(ada, chatId)
    await ada.send('DELETE', ada.path(`/chats/${chatId}/messages/${messages[0]?.id}`))
    const before = await messagesOf(ada, chatId)
    const { counts, conversations } = await importFile(
      ada,
      claudeExport([{ id: 'a', messages: [...messages, ask('More?')] }]),
    )
    assert.equal(counts.edited, 1)
    assert.equal(conversations[0]?.outcome, 'edited')
    assert.deepEqual(await messagesOf(ada, chatId), before)
  })

  it('brings a chat back that was deleted here', async () => {
    await ada.send('DELETE', ada.path(`/chats/${chatId}`))
    const { counts, chats } = await importFile(ada, first)
    assert.equal(counts.new, 1)
    assert.notEqual(chats[0]?.id, chatId)
  })

  it('becomes what the source holds now where that is asked for, also less, but never what was edited here', async () => {
    const person = await signUp(server.url)
    const grown = claudeExport([{ id: 'a', messages: [...talk, ask('My key is 1234')] }])
    const { chats } = await importFile(person, grown)
    const mirrored = await importFile(person, first, '?mode=mirror')
    assert.equal(mirrored.counts.updated, 1)
    assert.deepEqual(texts(await messagesOf(person, chats[0]?.id)), texts(talk))

    await person.send('DELETE', person.path(`/chats/${chats[0]?.id}/messages/last`))
    assert.equal((await importFile(person, first, '?mode=mirror')).counts.unchanged, 1)
    assert.equal((await importFile(person, grown, '?mode=mirror')).counts.edited, 1)
    assert.deepEqual(await messagesOf(person, chats[0]?.id), [])
  })

  it('becomes that again after it was edited here where even that is asked for', async () => {
    const person = await signUp(server.url)
    for (const file of [first, markdown('One.')]) {
      const { chats } = await importFile(person, file)
      const before = await messagesOf(person, chats[0]?.id)
      assert.equal((await importFile(person, file, '?mode=overwrite')).counts.unchanged, 1)
      await person.send('DELETE', person.path(`/chats/${chats[0]?.id}/messages/${before[1]?.id}`))
      assert.equal((await importFile(person, file, '?mode=overwrite')).counts.updated, 1)
      const after = await messagesOf(person, chats[0]?.id)
      assert.deepEqual(texts(after), texts(before))
      assert.equal(after[0]?.id, before[0]?.id)
    }
    assert.equal((await chatsOf(person)).length, 2)
  })

  it('stays in its chat whatever changed, without an id of its own, when that chat is named', async () => {
    const person = await signUp(server.url)
    const chat = (await importFile(person, markdown('One.'))).chats[0]
    const there = `?chat_id=${chat?.id}`
    assert.equal((await importFile(person, markdown('Two.'), there)).counts.updated, 1)
    const renamed = '# Other\n\n## User\n\nHello\n'
    assert.equal((await importFile(person, renamed, `${there}&mode=mirror`)).counts.updated, 1)
    assert.deepEqual(texts(await messagesOf(person, chat?.id)), ['Hello'])
    assert.equal((await importFile(person, renamed, `${there}&mode=mirror`)).counts.unchanged, 1)
    assert.equal((await chatsOf(person)).length, 1)
  })

  it('comes in as if no chat were named where there is none of that kind', async () => {
    const person = await signUp(server.url)
    const other = await signUp(server.url)
    const theirs = (await importFile(other, markdown('Theirs.'))).chats[0]
    const written = await person.createChat()
    const ofClaude = (await importFile(person, first)).chats[0]
    for (const id of [theirs?.id, written.id, ofClaude?.id, 2147483647, 9999999999]) {
      const { counts } = await importFile(person, markdown(`To ${id}`), `?chat_id=${id}`)
      assert.equal(counts.new, 1, String(id))
    }
    assert.deepEqual(texts(await messagesOf(other, theirs?.id)), ['Hi', 'Theirs.'])
    expectInvalid(await upload(person, first, '?chat_id=0'), /query/)
    expectInvalid(await upload(person, first, '?mode=all'), /query/)
  })

  it('keeps conversations apart that have no id and begin alike', async () => {
    const person = await signUp(server.url)
    for (const text of ['One.', 'Two.', 'Three.']) {
      assert.equal((await importFile(person, markdown(text))).counts.new, 1, text)
    }
    for (const text of ['Three.', 'Two.', 'One.']) {
      assert.equal((await importFile(person, markdown(text))).counts.unchanged, 1, text)
    }
    const grown = await importFile(person, `${markdown('Two.')}\n## User\n\nAnd?\n`)
    assert.equal(grown.counts.updated, 1)
    assert.equal((await chatsOf(person)).length, 3)
  })
})

describe('some conversations of a file', () => {
  const file = claudeExport(['a', 'b', 'c'].map((id) => ({ id, messages: talk })))

  before(async () => {
    ada = await signUp(server.url)
  })

  it('are listed without being stored', async () => {
    const listed = await importFile(ada, file, '?dry_run=true')
    assert.equal(listed.dry_run, true)
    assert.deepEqual(
      listed.conversations.map(({ name, message_count, outcome }) => [name, message_count, outcome]),
      [
        ['About a', 2, 'new'],
        ['About b', 2, 'new'],
        ['About c', 2, 'new'],
      ],
    )
    assert.deepEqual(await chatsOf(ada), [])
  })

  it('come in when their keys are chosen, by the URL or by the form', async () => {
    const { conversations } = await importFile(ada, file, '?dry_run=true')
    const [a, b] = conversations.map(({ source_key }) => source_key)
    const byUrl = await importFile(ada, file, `?only=${encodeURIComponent(a ?? '')}`)
    assert.deepEqual(
      byUrl.chats.map(({ name }) => name),
      ['About a'],
    )
    assert.equal(byUrl.counts.not_chosen, 2)
    const only = JSON.stringify([b, 'claude:not-there'])
    const byForm = expectOk(await uploadForm(ada, { 'x.json': file }, { only }), shapes.imported)
    assert.deepEqual(
      byForm.chats.map(({ name }) => name),
      ['About b'],
    )
    assert.deepEqual(byForm.failed, [
      { title: 'claude:not-there', reason: 'It is not in the file.', file: null },
    ])
  })

  it('are known in a list made later', async () => {
    const { conversations } = await importFile(ada, file, '?dry_run=true')
    assert.deepEqual(
      conversations.map(({ outcome }) => outcome),
      ['unchanged', 'unchanged', 'new'],
    )
  })
})

describe('several files in one form', () => {
  it('come in, and one that holds no chats is named and keeps none out', async () => {
    const person = await signUp(server.url)
    const sent = await uploadForm(person, {
      'notes.txt': 'just notes',
      'chat.md': '## User\n\nHi\n\n## Assistant\n\nHello\n',
      'more.json': claudeExport([{ id: 'z', messages: talk }]),
      'empty.json': '',
    })
    const { counts, failed, conversations } = expectOk(sent, shapes.imported)
    assert.equal(counts.new, 2)
    assert.deepEqual(
      failed.map(({ title, file }) => [title, file]),
      [
        ['notes.txt', 'notes.txt'],
        ['empty.json', 'empty.json'],
      ],
    )
    assert.ok(conversations.some(({ name }) => name === 'chat'))
  })
})

describe('an import tells while it runs', () => {
  const accept = { accept: 'application/x-ndjson' }
  before(async () => {
    ada = await signUp(server.url)
  })

  it('of each conversation and of the bytes read, and ends with the result', async () => {
    const file = claudeExport(['a', 'b'].map((id) => ({ id, messages: talk })))
    const answered = await upload(ada, file, '', accept)
    assert.equal(answered.status, 200)
    assert.match(answered.headers.get('content-type') ?? '', /^application\/x-ndjson/)
    const lines = readLines(answered)
    assert.deepEqual(
      lines.map(({ type }) => type),
      ['conversation', 'conversation', 'progress', 'result'],
    )
    const progress = lines.find((line) => line.type === 'progress')
    assert.equal(progress?.received, Buffer.byteLength(file))
  })

  it('through a proxy only once all is sent: proxies stop sending when the answer begins', async () => {
    const file = claudeExport(['c', 'd'].map((id) => ({ id, messages: talk })))
    const end = file.lastIndexOf('"uuid"')
    const asked = request(server.url + ada.path('/imports'), {
      method: 'POST',
      headers: {
        ...accept,
        'content-type': 'application/json',
        'x-forwarded-for': '203.0.113.7',
        cookie: [...ada.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
    })
    let isAnswered = false
    const response = once(asked, 'response').then(([message]: IncomingMessage[]) => {
      isAnswered = true
      return message
    })
    const before = (await chatsOf(ada)).length
    asked.write(file.slice(0, end))
    await until('the first chat is there', async () => (await chatsOf(ada)).length > before)
    assert.equal(isAnswered, false)
    asked.end(file.slice(end))
    const message = await response
    assert.ok(message)
    assert.match(await text(message), /"conversation".*\n.*"conversation".*\n.*"result"/s)
  })

  it('or ends with the error', async () => {
    const lines = readLines(await upload(ada, 'nothing of use', '', accept))
    const last = lines.at(-1)
    assert.ok(last?.type === 'error')
    assert.equal(last.statusCode, 400)
    assert.match(last.message, /none of the formats/)
  })
})

describe('a file in which only its owner knows who is who', () => {
  const text = 'Ada: Largest moon?\n\nZorp: Triton.\n\nAda: Sure?\n\nZorp: Yes.'
  before(async () => {
    ada = await signUp(server.url)
  })

  it('is refused with the names in it, and nothing of it is stored', async () => {
    const answer = await upload(ada, text)
    assert.equal(answer.status, 400)
    const { data } = JSON.parse(answer.text)
    assert.deepEqual(
      data.issues.map(({ code, message }: { code: string; message: string }) =>
        code === 'speaker' ? message : code,
      ),
      ['not_importable', 'Ada', 'Zorp'],
    )
  })

  it('comes in once it is said, by the address or by the form', async () => {
    const answer = await upload(ada, text, '?user_name=Ada&assistant_name=Zorp')
    assert.equal(answer.status, 200)
    const { chats } = JSON.parse(answer.text)
    assert.deepEqual(
      (await messagesOf(ada, chats[0].id)).map(({ role }) => role),
      ['user', 'assistant', 'user', 'assistant'],
    )
    for (const wrong of [
      '?user_name=',
      '?user_name=%20',
      `?assistant_name=${'x'.repeat(101)}`,
      '?username=Ada',
    ])
      assert.equal((await upload(ada, text, wrong)).status, 400, wrong)
  })
})

describe('what is no import', () => {
  before(async () => {
    ada = await signUp(server.url)
  })

  it('is anything without a session, or to somebody else', async () => {
    const file = claudeExport([{ id: 'a', messages: talk }])
    const stranger = createVisitor(server.url)
    expectNoSession(await stranger.send('POST', ada.path('/imports'), { body: file }))
    const other = await signUp(server.url)
    expectNotFound(await other.send('POST', ada.path('/imports'), { body: file }), 'User not found')
    assert.deepEqual(await chatsOf(ada), [])
  })

  for (const [what, body] of [
    ['nothing', ''],
    ['prose', 'Dear diary'],
    ['JSON of another kind', '{"hello": "world"}'],
    ['an empty list', '[]'],
    ['a web page', '<!doctype html><title>ChatGPT</title>'],
    ['bytes', Buffer.from([0, 1, 2, 3, 255])],
  ] as const) {
    it(`is ${what}, which is told in a sentence`, async () => {
      const answered = await upload(ada, body)
      expectInvalid(answered, 'Bad Request. Invalid body(only, user_name, assistant_name, file).')
      assert.match(readAs(shapes.validationError, answered).message, /^[A-Z].*\.$/)
    })
  }

  it('is a body of a type that no file is sent as', async () => {
    for (const type of ['image/png', 'application/x-www-form-urlencoded', 'text/html']) {
      assert.equal((await upload(ada, 'x', '', { 'content-type': type })).status, 415, type)
    }
    assert.equal((await upload(ada, 'x', '', { 'content-encoding': 'gzip' })).status, 415)
  })

  it('is a misspelt option, which would import everything', async () => {
    const file = claudeExport([{ id: 'a', messages: talk }])
    expectInvalid(
      await upload(ada, file, '?onyl=x'),
      'Bad Request. Invalid query(include_tools, dry_run, mode, secrets, chat_id, user_name, assistant_name, only).',
    )
    expectInvalid(await uploadForm(ada, { 'x.json': file }, { onyl: '[]' }))
    expectInvalid(await uploadForm(ada, { 'x.json': file }, { only: 'claude:a' }))
    assert.deepEqual(await chatsOf(ada), [])
  })
})
