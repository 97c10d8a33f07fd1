import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ImportError } from '../../src/importing/imported-chat.ts'
import { importBytes, importJson, type Imported } from '../kit/importing.ts'

const said = ({ chats }: Imported): string[] =>
  chats.flatMap(({ messages }) => messages.map(({ role, content }) => `${role}: ${content}`))

const four = ['user: Q1', 'assistant: A1', 'user: Q2', 'assistant: A2']

async function saidIn(text: string, speakers?: { user?: string; assistant?: string }): Promise<string[]> {
  return said(await importBytes(text, { speakers }))
}

test('what was copied from ChatGPT’s page is split in each of its languages', async () => {
  for (const [user, assistant] of [
    ['You said:', 'ChatGPT said:'],
    ['Sie sagten:', 'ChatGPT hat gesagt:'],
    ['Du hast gesagt:', 'ChatGPT hat gesagt:'],
    ['Vous avez dit :', 'ChatGPT a dit :'],
    ['Dijiste:', 'ChatGPT dijo:'],
    ['Has dicho:', 'ChatGPT ha dicho:'],
    ['Hai detto:', 'ChatGPT ha detto:'],
    ['Você disse:', 'O ChatGPT disse:'],
    ['Disseste:', 'ChatGPT disse:'],
    ['Je zei:', 'ChatGPT zei:'],
    ['Du sa:', 'ChatGPT sa:'],
    ['Du sagde:', 'ChatGPT sagde:'],
    ['Sanoit:', 'ChatGPT sanoi:'],
    ['Powiedziałeś(-aś):', 'ChatGPT powiedział:'],
    ['Řekli jste:', 'ChatGPT řekl:'],
    ['Azt mondta:', 'ChatGPT mondta:'],
    ['Ați spus:', 'ChatGPT a spus:'],
    ['Вы сказали:', 'ChatGPT сказал:'],
    ['Ви сказали:', 'ChatGPT сказав:'],
    ['Dediniz ki:', 'ChatGPT dedi ki:'],
    ['你说：', 'ChatGPT 说：'],
    ['您说：', 'ChatGPT说：'],
    ['你說：', 'ChatGPT 說：'],
    ['あなた:', 'ChatGPT:'],
    ['나의 말:', 'ChatGPT의 말:'],
    ['Bạn đã nói:', 'ChatGPT đã nói:'],
    ['Anda berkata:', 'ChatGPT berkata:'],
    ['قلت:', 'قال ChatGPT:'],
    ['אמרת:', 'ChatGPT אמר:'],
    ['आपने कहा:', 'ChatGPT ने कहा:'],
    ['คุณพูดว่า:', 'ChatGPT พูดว่า:'],
  ] as const) {
    const text = `${user}\nQ1\n\n${assistant}\nA1\n\n${user}\nQ2\n\n${assistant}\nA2\n`
    assert.deepEqual(await saidIn(text), four, user)
  }
})

test('a name that nobody knows is the other side where it takes turns with a known one', async () => {
  for (const [user, assistant] of [
    ['## User', '## Zorp'],
    ['**Ada**', '**ChatGPT**'],
    ['### Human', '### zorp-x7'],
    ['_**User**_', '_**Zorp**_'],
    ['**You:**', '**Zorp 9000:**'],
    ['# 👤 User', '# 🪐 Zorp'],
    ['[User]', '[Zorp]'],
    ['User:', 'Zorp:'],
    ['## Ада', '## Claude'],
  ] as const) {
    const text = `${user}\n\nQ1\n\n${assistant}\n\nA1\n\n${user}\n\nQ2\n\n${assistant}\n\nA2\n`
    assert.deepEqual(await saidIn(text), four, user)
    assert.deepEqual(await saidIn(text.replaceAll('\n', '\r\n')), four, user)
  }
})

test('forms that pages and messengers have are read', async () => {
  for (const [user, assistant] of [
    ['You said', 'Gemini said'],
    ['[9:00 AM] You:', '[9:01 AM] Gemini:'],
    ['[2026-03-02 09:00] You:', '[2026-03-02 09:01] Zorp:'],
    ['Q:', 'A:'],
    ['**[User]:**', '**[Model]:**'],
    ['- **User**:', '- **Zorp**:'],
    ['👤 **User:**', '🤖 **Zorp:**'],
    ['USER', 'ASSISTANT'].map((name) => `### ${name}`) as ['### USER', '### ASSISTANT'],
  ] as const) {
    const text = `${user}\nQ1\n\n${assistant}\nA1\n\n${user}\nQ2\n\n${assistant}\nA2\n`
    assert.deepEqual(await saidIn(text), four, user)
  }
  const page =
    '<!doctype html><title>Moons</title><body><nav>x</nav><div data-message-author-role="user">Q1</div><div data-message-author-role="assistant"><p>A1</p></div></body>'
  const { chats } = await importBytes(page)
  assert.equal(chats[0]?.name, 'Moons')
  assert.deepEqual(await saidIn(page), ['user: Q1', 'assistant: A1'])
})

test('headings in an answer stay in it where both are known', async () => {
  const text = '## User\n\nQ1\n\n## Claude\n\nA1\n\n## Summary\n\nA1b\n\n## User\n\nQ2\n\n## Claude\n\nA2'
  assert.deepEqual(await saidIn(text), [
    'user: Q1',
    'assistant: A1\n\n## Summary\n\nA1b',
    'user: Q2',
    'assistant: A2',
  ])
})

test('where it can’t be told who is who nothing comes in but the names, and saying it brings the chat in', async () => {
  for (const [text, user, assistant] of [
    ['**Ada**\n\nQ1\n\n**Zorp**\n\nA1\n\n**Ada**\n\nQ2\n\n**Zorp**\n\nA2', 'Ada', 'Zorp'],
    ['Ada: Q1\n\nZorp: A1\n\nAda: Q2\n\nZorp: A2', 'Ada', 'Zorp'],
  ] as const) {
    await assert.rejects(importBytes(text), (error) => {
      assert.ok(error instanceof ImportError)
      assert.deepEqual(error.speakers, [user, assistant])
      assert.match(error.message, /who is the person and who is the model/)
      return true
    })
    assert.deepEqual(await saidIn(text, { user, assistant }), four)
    assert.deepEqual(await saidIn(text, { assistant }), four)
    assert.deepEqual(
      await saidIn(text, { user: assistant, assistant: user }),
      four.map((one) =>
        one.startsWith('user') ? one.replace('user', 'assistant') : one.replace('assistant', 'user'),
      ),
    )
  }
  await assert.rejects(
    importBytes('## User\n\nQ1\n\n## Step one\n\nA1\n\n## Step two\n\nA2\n\n## User\n\nQ2\n\n## Other\n\nA3'),
    { name: 'ImportError' },
  )
  await assert.rejects(importBytes('**ChatGPT**\n\nQ\n\n**Claude**\n\nA\n\n**ChatGPT**\n\nB'), (error) => {
    assert.ok(error instanceof ImportError)
    assert.deepEqual(error.speakers, ['ChatGPT', 'Claude'])
    return true
  })
  await assert.rejects(importBytes('## User\n\nQ1\n\nA1\n\n## User\n\nQ2\n\nA2'), { name: 'ImportError' })
  await assert.rejects(
    importJson([
      { role: 'Ada', content: 'Q1' },
      { role: 'Zorp', content: 'A1' },
      { role: 'Bob', content: 'A2' },
      { role: 'user', content: 'Q2' },
    ]),
    { name: 'ImportError' },
  )
})

test('a list with one name that nobody knows has it as the other side', async () => {
  assert.deepEqual(said(await importJson(list('user', 'Zorp'))), four)
  assert.deepEqual(said(await importJson(list('Ada', 'assistant'))), four)
  const unclear = await importJson([list('Ada', 'Zorp')])
  assert.deepEqual(unclear.failed[0]?.speakers, ['Ada', 'Zorp'])
  assert.deepEqual(said(await importJson(list('Ada', 'Zorp'), { speakers: { user: 'Ada' } })), four)
})

test('who speaks in quoted code begins no message, fences in fences included', async () => {
  for (const code of [
    '```\n**User:** no\n```',
    '````md\n```\n**User:** no\n```\n**Assistant:** no\n````',
    '```md\n**User:** no\n\n```js\n1\n```\n\n**Assistant:** no\n```',
    '~~~\n**User:** no\n```\n~~~',
    '- ```\n  x\n  ```\n\n   ```\n**User:** no\n   ```',
  ]) {
    const text = `**User:** Q1\n\n**Assistant:** ${code}\n\n**User:** Q2\n\n**Assistant:** A2`
    assert.deepEqual(
      await saidIn(text),
      ['user: Q1', `assistant: ${code}`, 'user: Q2', 'assistant: A2'],
      code,
    )
    const headed = `## User\n\nQ1\n\n## Assistant\n\n${code.replaceAll('**User:** no', '## User')}\n\n## User\n\nQ2`
    assert.equal((await saidIn(headed)).length, 3, code)
  }
})

test('times, models, separators and footers of exporters are no words of anybody', async () => {
  const { chats } = await importBytes(
    '---\ntitle: "Moons"\ndate: 2026-03-02\nmodel: gpt-x\n---\n\n**User** (3/2/2026, 9:00:00 AM)\n\nQ1\n\n***\n\n**Assistant** (9:01)\n\nA1\n\n*Tokens: 12 in, 30 out*\n\n***\n\n**User** (3/2/2026, 9:05:00 AM)\n\nQ2\n\n***\n\n**Assistant**\n\nA2\n\n---\n*Exported by SomeThing 1.2*\n',
  )
  assert.deepEqual(said({ chats, failed: [], leftOut: [] }), four)
  assert.equal(chats[0]?.name, 'Moons')
  assert.equal(chats[0]?.model, 'gpt-x')
  assert.equal(chats[0]?.messages[2]?.createdAt, Date.UTC(2026, 2, 2, 9, 5))
})

test('a rule that an answer holds stays where messages don’t end in one', async () => {
  const text = '## User\n\nQ1\n\n## Claude\n\nA1\n\n---\n\nmore\n\n## User\n\nQ2\n\n## Claude\n\nA2\n\n---'
  assert.deepEqual(await saidIn(text), [
    'user: Q1',
    'assistant: A1\n\n---\n\nmore',
    'user: Q2',
    'assistant: A2\n\n---',
  ])
})

test('what isn’t recognised is told by what it looks like, what is nearest, and how to export it', async () => {
  for (const [text, told] of [
    ['[{"id":1,"chatgpt_plus_user":true}]', /account of a ChatGPT export.*Data controls/],
    ['{"speaker":"x","prompt":"y"}', /fields "speaker", "prompt".*Nearest are/],
    ['<!doctype html><title>ChatGPT</title><p>x', /web page.*ChatGPT/],
    ['https://chatgpt.com/share/123', /It is a link/],
    ['a,b,c\n1,2,3\n4,5,6', /looks like a table/],
    ['SQLite format 3\0', /a database/],
    ['%PDF-1.7', /a PDF/],
    ['nothing but words', /nobody is named/],
  ] as const)
    await assert.rejects(importBytes(text), { code: 'not-recognised', message: told }, text)
})

test('two lists without ids that begin alike are two chats, and each is known again', async () => {
  const first = JSON.stringify([
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'Hello' },
  ])
  const second = JSON.stringify([
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'Hello' },
    { role: 'user', content: 'More' },
  ])
  assert.notEqual(await keyOf(first, 'a.json'), await keyOf(second, 'b.json'))
  assert.equal(await keyOf(first, 'a.json'), await keyOf(second, 'a.json'))
})

function list(user: string, assistant: string): object {
  return {
    messages: [
      { role: user, content: 'Q1' },
      { role: assistant, content: 'A1' },
      { role: user, content: 'Q2' },
      { role: assistant, content: 'A2' },
    ],
  }
}

async function keyOf(text: string, fileName: string): Promise<string | undefined> {
  return (await importBytes(text, { fileName })).chats[0]?.sourceKey
}
