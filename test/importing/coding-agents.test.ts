import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importBytes, importFixture, readFixture } from '../kit/importing.ts'

const secrets =
  /alice|carol|dave|bob|acme|rocket|laptop|\/home|\/Users|AGENTS|environment_context|system-reminder/

test('a session of Claude Code comes in as what was asked and answered', async () => {
  const { chats, failed } = await importFixture('claude-code.jsonl', { includeTools: false })
  const [chat] = chats
  assert.deepEqual(failed, [])
  assert.equal(chat?.name, 'Fixing the login')
  assert.equal(chat?.model, 'claude-opus-4-1')
  assert.equal(chat?.sourceKey, 'claude-code:5e551011-aaaa-4bbb-8ccc-000000000001')
  assert.deepEqual(
    chat?.messages.map(({ role, content }) => `${role}: ${content}`),
    [
      'user: Why does ./src/login.ts fail?\n\n*[image]*',
      'assistant: Let me look.\n\nLine 3 of ./src/login.ts misses a brace; on [branch], see ~/notes and ~/.ssh.',
      'user: /review the login page',
      'assistant: It is fine.',
    ],
  )
})

test('side chains, prompts taken back, tools, thoughts and broken lines are counted', async () => {
  const [chat] = (await importFixture('claude-code.jsonl', { includeTools: false })).chats
  assert.deepEqual(chat?.leftOut, {
    'slash command': 1,
    image: 1,
    'piece of reasoning': 1,
    'tool call': 2,
    'tool result': 2,
    'error message': 1,
    'message from a branch taken back': 2,
    'message of subagents': 1,
    'unreadable line': 1,
  })
})

test('nothing of a coding agent’s session names the person, machine, directory or branch', async () => {
  for (const file of ['claude-code.jsonl', 'codex.jsonl', 'codex-2025.jsonl']) {
    for (const includeTools of [false, true]) {
      const { chats } = await importFixture(file, { includeTools })
      assert.equal(chats.length, 1)
      assert.doesNotMatch(JSON.stringify(chats), secrets, file)
    }
  }
})

test('tools and thoughts of a session come in as blocks unless they are not wanted', async () => {
  const [chat] = (await importFixture('claude-code.jsonl')).chats
  assert.equal(
    chat?.messages[1]?.content,
    [
      '```thinking\nLook at the file.\n```',
      'Let me look.',
      '```tool Bash\ncat ./src/login.ts && git status\n```',
      '```result\nOn branch [branch]\n$ ls\n```',
      '```tool Read\n~/other/README.md\n```',
      '```result\nreadme\n```',
      'Line 3 of ./src/login.ts misses a brace; on [branch], see ~/notes and ~/.ssh.',
    ].join('\n\n'),
  )
  assert.deepEqual(chat, (await importFixture('claude-code.jsonl', { includeTools: true })).chats[0])
  const long = JSON.stringify({
    type: 'user',
    uuid: 'r',
    sessionId: 's',
    message: { content: [{ type: 'tool_result', content: 'x'.repeat(30_000) }] },
  })
  const [other] = (await importBytes(long, { includeTools: true })).chats
  assert.match(
    other?.messages[0]?.content ?? '',
    /^```result\nx{11970}\n\[… 10,050 characters left out …\]\nx{7980}\n```$/,
  )
})

test('a session of Codex comes in as what was asked and answered, each once', async () => {
  const [chat] = (await importFixture('codex.jsonl', { includeTools: false })).chats
  assert.equal(chat?.model, 'gpt-5.2-codex')
  assert.equal(chat?.sourceKey, 'codex:019a-codex-1')
  assert.deepEqual(
    chat?.messages.map(({ role, content }) => `${role}: ${content}`),
    ['user: Count the stages in ./stages.rs', 'assistant: Three, on `[branch]`.'],
  )
  const [old] = (await importFixture('codex-2025.jsonl', { includeTools: false })).chats
  assert.deepEqual(
    old?.messages.map(({ role, content }) => `${role}: ${content}`),
    ['user: hello from main', 'assistant: hi'],
  )
})

test('turns of Codex that were rolled back stay out', async () => {
  const { chats } = await importBytes(
    [
      ...turn('A'),
      ...turn('B'),
      ...turn('C'),
      codexEvent({ type: 'thread_rolled_back', num_turns: 2 }),
      ...turn('D'),
    ].join('\n'),
  )
  assert.deepEqual(
    chats[0]?.messages.map(({ content }) => content),
    ['A', 'to A', 'D', 'to D'],
  )
  assert.deepEqual(chats[0]?.leftOut, { 'message from a branch taken back': 4 })
})

test('Windows paths, escaped ones too, lose their owner', async () => {
  assert.equal(
    await cleaned('C:\\Users\\Eve Adams\\repo', 'in C:\\Users\\Eve Adams\\repo\\a.ts'),
    'in .\\a.ts',
  )
  assert.equal(
    await cleaned('C:\\Users\\eve\\repo', 'at "C:\\\\Users\\\\eve\\\\repo\\\\b" and c:\\users\\eve\\x'),
    'at ".\\\\b" and ~\\x',
  )
  assert.equal(
    await cleaned('/srv/client-x', 'GET /users/1 in /srv/client-x/a and /srv/client-xyz'),
    'GET /users/1 in ./a and /srv/client-xyz',
  )
  assert.equal(await cleaned('/root/repo', '/root/repo/a /root/.ssh /path/root/x'), './a ~/.ssh /path/root/x')
})

test('what was typed while the agent worked comes in, what the program said as the person does not', async () => {
  const { chats } = await importBytes(
    [
      JSON.stringify({ type: 'mode', mode: 'default', sessionId: 's' }),
      JSON.stringify({ type: 'queue-operation', operation: 'enqueue', content: 'Also this', sessionId: 's' }),
      line('1', null, {
        type: 'user',
        origin: { kind: 'human' },
        promptSource: 'typed',
        message: { role: 'user', content: 'Begin\u2028here' },
      }),
      line('2', '1', says('m1', [{ type: 'thinking', thinking: '', signature: 'x' }])),
      line('3', '2', says('m1', [{ type: 'text', text: 'I begin.' }])),
      line('4', '3', says('m1', [{ type: 'tool_use', id: 't', name: 'Bash', input: { command: 'ls' } }])),
      line('5', '4', { type: 'attachment', attachment: { type: 'hook_success', content: 'ok' } }),
      line('6', '5', queued([{ type: 'text', text: 'Also this' }], 'prompt')),
      line('7', '6', queued('<task-notification>done</task-notification>', 'task-notification')),
      line('8', '7', {
        type: 'user',
        origin: { kind: 'task-notification' },
        message: { role: 'user', content: 'A task is done' },
      }),
      line('9', '8', {
        type: 'user',
        isCompactSummary: true,
        isVisibleInTranscriptOnly: true,
        message: { role: 'user', content: 'This session continues …' },
      }),
      line('10', '9', says('m2', [{ type: 'text', text: 'Both done.' }])),
      line('11', '10', {
        type: 'user',
        message: { role: 'user', content: [{ type: 'text', text: '[Request interrupted by user]' }] },
      }),
      JSON.stringify({ type: 'ai-title', aiTitle: 'Two things', sessionId: 's' }),
      JSON.stringify({ type: 'last-prompt', lastPrompt: 'Also this', leafUuid: '11', sessionId: 's' }),
    ].join('\n'),
    { includeTools: false },
  )
  assert.equal(chats[0]?.name, 'Two things')
  assert.deepEqual(
    chats[0]?.messages.map(({ role, content }) => `${role}: ${content}`),
    ['user: Begin\u2028here', 'assistant: I begin.', 'user: Also this', 'assistant: Both done.'],
  )
  assert.deepEqual(chats[0]?.leftOut, {
    'piece of reasoning': 1,
    'tool call': 1,
    'summary of earlier messages': 1,
  })
})

test('a branch that is a word goes where git speaks of it, a common one stays, a machine goes by its prompt', async () => {
  const text = [
    'On branch login: the login page; git checkout -b login; origin/login, not origin/logins',
    'eve@eves-macbook.local:~/x$ uname -a',
    'Linux build-box-7 6.1.0 #1; eves-macbook.local is build-box-7',
    'vscode://file/Users/eve/x and file:///home/eve/y and %2Fhome%2Feve%2Fz and /c/Users/eve/w',
    '~/.claude/projects/C--Users-eve-secret-client/1.jsonl and /tmp/claude-1/-srv-secret-client/x',
  ].join('\n')
  const line = (gitBranch: string): string =>
    JSON.stringify({
      type: 'user',
      uuid: '1',
      sessionId: 's',
      cwd: '/srv/secret-client',
      gitBranch,
      message: { content: text },
    })
  const of = async (branch: string): Promise<string[]> =>
    ((await importBytes(line(branch))).chats[0]?.messages[0]?.content ?? '').split('\n')
  assert.deepEqual(await of('login'), [
    'On branch [branch]: the login page; git checkout -b [branch]; origin/[branch], not origin/logins',
    '$ uname -a',
    'Linux [host] 6.1.0 #1; [host] is [host]',
    'vscode://file/~/x and file://~/y and ~%2Fz and ~/w',
    '~/.claude/projects/…/1.jsonl and /tmp/claude-1/…/x',
  ])
  assert.match((await of('main'))[0] ?? '', /^On branch login/)
})

test('a session of the first Codex, one object instead of lines, comes in', async () => {
  const { chats } = await importBytes(
    JSON.stringify({
      session: { timestamp: '2025-05-01T10:00:00.000Z', id: 'c0', instructions: '' },
      items: [
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'ls /home/dave/x' }] },
        { type: 'reasoning', summary: [], duration_ms: 3 },
        { type: 'function_call', name: 'shell', arguments: '{"command":["ls"]}' },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Empty.' }] },
      ],
    }),
  )
  assert.equal(chats[0]?.sourceKey, 'codex:c0')
  assert.deepEqual(
    chats[0]?.messages.map(({ content }) => content),
    ['ls ~/x', '```tool shell\nls\n```\n\nEmpty.'],
  )
})

test('a session that only grew keeps its beginning', async () => {
  const lines = (await importFixture('claude-code.jsonl')).chats[0]
  const more = [
    {
      type: 'user',
      uuid: 'n1',
      parentUuid: 'a6',
      sessionId: '5e551011-aaaa-4bbb-8ccc-000000000001',
      message: { role: 'user', content: 'And now?' },
    },
  ]
  const grown = `${(await readFixture('claude-code.jsonl')).toString()}\n${more.map((line) => JSON.stringify(line)).join('\n')}\n`
  const [chat] = (await importBytes(grown)).chats
  assert.equal(chat?.sourceKey, lines?.sourceKey)
  assert.deepEqual(chat?.messages.slice(0, -1), lines?.messages)
  assert.equal(chat?.messages.at(-1)?.content, 'And now?')
})

async function cleaned(cwd: string, text: string): Promise<string | undefined> {
  const line = { type: 'user', uuid: '1', sessionId: 's', cwd, message: { role: 'user', content: text } }
  return (await importBytes(JSON.stringify(line))).chats[0]?.messages[0]?.content
}

function turn(text: string): string[] {
  const content = [{ type: 'input_text', text }]
  return [
    JSON.stringify({ type: 'response_item', payload: { type: 'message', role: 'user', content } }),
    codexEvent({ type: 'user_message', message: text }),
    codexEvent({ type: 'agent_message', message: `to ${text}` }),
  ]
}

function codexEvent(payload: object): string {
  return JSON.stringify({ type: 'event_msg', payload })
}

/** A line as Claude Code writes it. */
function line(uuid: string, parentUuid: string | null, rest: object): string {
  return JSON.stringify({ uuid, parentUuid, sessionId: 's', isSidechain: false, version: '2.1.276', ...rest })
}

function says(id: string, content: unknown): object {
  return { type: 'assistant', message: { id, role: 'assistant', model: 'claude-opus-5', content } }
}

function queued(prompt: unknown, commandMode: string): object {
  return { type: 'attachment', attachment: { type: 'queued_command', prompt, commandMode } }
}
