import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importBytes, importJson } from '../kit/importing.ts'
import { zip } from '../kit/zip.ts'

const at = '2026-03-02T09:00:00.000Z'
const read = '```tool read_file\ntimer.ts\n```\n\n```result\nconst now = 1\n```'
const ran = '```tool shell\nnpm test\n```\n\n```result error\n1 failed\n```'

const user = (id: string, text: string): object => ({
  id,
  timestamp: at,
  type: 'user',
  content: [{ text }],
})

const claude = (type: string, content: unknown): object => ({
  type,
  message: { role: type, content },
  session_id: 's',
})

const event = (type: string, data: object): object => ({
  type,
  data,
  id: type,
  timestamp: at,
  parentId: null,
})

const message = (role: string, content: unknown): object => ({
  type: 'message',
  timestamp: at,
  message: { role, content },
})

const goose = (role: string, content: unknown): object => ({ role, created: 1772442000, content })

const kiro = (kind: string, content: unknown): object => ({
  version: 'v1',
  kind,
  data: { message_id: 'm', content },
})

const wire = (type: string, payload: object): object => ({
  timestamp: 1772442000.5,
  message: { type, payload },
})

const step = (source: string, type: string, rest: object): object => ({
  step_index: 0,
  source,
  type,
  created_at: at,
  ...rest,
})

const line = (type: string, content: unknown, uuid: string, parentUuid: string | null): object => ({
  type,
  uuid,
  parentUuid,
  sessionId: 's',
  timestamp: at,
  message: { role: type, content },
})

const use = (id: string): object => ({
  type: 'tool_use',
  id,
  name: 'Bash',
  input: { command: `echo ${id}` },
})

const result = (id: string): object => ({ type: 'tool_result', tool_use_id: id, content: id })

const block = (id: string): string => `\`\`\`tool Bash\necho ${id}\n\`\`\`\n\n\`\`\`result\n${id}\n\`\`\``

const pi = (id: string, parentId: string | null, role: string, text: string): object => ({
  ...message(role, [{ type: 'text', text }]),
  id,
  parentId,
})

/** Asserts what a session says by default. */
async function says(
  lines: readonly object[] | object,
  messages: readonly string[],
  name?: string,
): Promise<void> {
  const { chats, failed } = Array.isArray(lines)
    ? await importBytes(lines.map((line) => JSON.stringify(line)).join('\n'))
    : await importJson(lines)
  assert.deepEqual(failed, [])
  assert.deepEqual(
    chats.map(({ messages: said }) => said.map(({ role, content }) => `${role}: ${content}`)),
    [messages],
  )
  if (name !== undefined) assert.equal(chats[0]?.name, name)
  assert.doesNotMatch(JSON.stringify(chats), /\/home\/adalove/)
}

test('a newer session of Gemini CLI, a line for each message, comes in without what was taken back', async () => {
  const head = { sessionId: 's', projectHash: 'p', startTime: at, kind: 'main' }
  const gemini = { id: 'b', timestamp: at, type: 'gemini', content: 'Look', model: 'gemini-3-pro' }
  const call = {
    id: 't',
    name: 'read_file',
    args: { absolute_path: 'timer.ts' },
    status: 'success',
    result: [{ functionResponse: { id: 't', name: 'read_file', response: { output: 'const now = 1' } } }],
  }
  await says(
    [
      head,
      user('a', 'Why?'),
      gemini,
      { ...gemini, content: 'Look.', toolCalls: [call] },
      { id: 'c', timestamp: at, type: 'gemini', content: 'So.' },
      user('d', 'Wrong way'),
      { id: 'e', timestamp: at, type: 'gemini', content: 'Oh' },
      { $rewindTo: 'd' },
      { $set: { summary: 'About a timer', lastUpdated: at } },
    ],
    ['user: Why?', `assistant: Look.\n\n${read}\n\nSo.`],
    'About a timer',
  )
})

test('what agents print as they go comes in: Gemini CLI, Claude Code, Cursor and Droid', async () => {
  await says(
    [
      { type: 'init', timestamp: at, session_id: 's', model: 'gemini-3-pro' },
      { type: 'message', role: 'user', content: 'Why?', timestamp: at },
      { type: 'message', role: 'assistant', content: 'Be', delta: true, timestamp: at },
      { type: 'message', role: 'assistant', content: 'cause.', delta: true, timestamp: at },
      { type: 'tool_use', tool_name: 'shell', tool_id: 't', parameters: { command: 'npm test' } },
      { type: 'tool_result', tool_id: 't', status: 'error', output: '1 failed' },
      { type: 'result', status: 'success' },
    ],
    ['user: Why?', `assistant: Because.\n\n${ran}`],
  )
  await says(
    [
      { type: 'system', subtype: 'init', cwd: '/home/adalove/x', session_id: 's', model: 'claude-opus-5' },
      claude('user', [{ type: 'text', text: 'Why?' }]),
      claude('assistant', [{ type: 'text', text: 'Because.' }]),
      {
        type: 'tool_call',
        subtype: 'started',
        call_id: 't',
        tool_call: { shellToolCall: { args: { command: 'npm test' } } },
        session_id: 's',
      },
      {
        type: 'tool_call',
        subtype: 'completed',
        call_id: 't',
        tool_call: { shellToolCall: { args: {}, result: { error: { stderr: '1 failed' } } } },
        session_id: 's',
      },
      { type: 'result', result: 'Because.', session_id: 's' },
    ],
    ['user: Why?', `assistant: Because.\n\n${ran}`],
  )
  await says(
    [
      { type: 'message', role: 'user', text: 'Why?', session_id: 's', timestamp: 1772442000000 },
      { type: 'tool_call', id: 't', toolName: 'shell', parameters: { command: 'npm test' }, session_id: 's' },
      { type: 'tool_result', id: 't', value: '1 failed', isError: true, session_id: 's' },
      { type: 'message', role: 'assistant', text: 'Because.', session_id: 's' },
    ],
    ['user: Why?', `assistant: ${ran}\n\nBecause.`],
  )
})

test('codex exec --json comes in, also as it was before', async () => {
  await says(
    [
      { type: 'thread.started', thread_id: 'x' },
      { type: 'turn.started' },
      { type: 'item.completed', item: { id: 'a', type: 'reasoning', text: 'Hm' } },
      {
        type: 'item.completed',
        item: {
          id: 'b',
          type: 'command_execution',
          command: "bash -lc 'npm test'",
          aggregated_output: '1 failed',
          exit_code: 1,
          status: 'failed',
        },
      },
      { type: 'item.completed', item: { id: 'c', type: 'agent_message', text: 'Broken.' } },
      { type: 'turn.completed', usage: {} },
    ],
    [`assistant: \`\`\`thinking\nHm\n\`\`\`\n\n${ran}\n\nBroken.`],
  )
  await says(
    [
      { model: 'gpt-5', workdir: '/home/adalove/x', sandbox: 'read-only' },
      { prompt: 'Test it' },
      {
        id: '0',
        msg: { type: 'exec_command_begin', call_id: 't', command: ['bash', '-lc', 'npm test'], cwd: '/x' },
      },
      {
        id: '0',
        msg: { type: 'exec_command_end', call_id: 't', aggregated_output: '1 failed', exit_code: 1 },
      },
      { id: '0', msg: { type: 'agent_message', message: 'Broken.' } },
    ],
    ['user: Test it', `assistant: ${ran}\n\nBroken.`],
  )
})

test('a patch of Codex is a diff for each file', async () => {
  const patch =
    '*** Begin Patch\n*** Update File: a.ts\n@@ now\n-const now = 1\n+const now = 2\n*** Add File: b.ts\n+new\n*** Delete File: c.ts\n*** End Patch'
  await says(
    [
      { type: 'session_meta', timestamp: at, payload: { id: 'x', cwd: '/home/adalove/x', timestamp: at } },
      { type: 'event_msg', payload: { type: 'user_message', message: 'Patch it' } },
      {
        type: 'response_item',
        payload: { type: 'custom_tool_call', name: 'apply_patch', call_id: 't', input: patch },
      },
      { type: 'response_item', payload: { type: 'custom_tool_call_output', call_id: 't', output: 'Done' } },
    ],
    [
      'user: Patch it',
      'assistant: ```tool apply_patch\na.ts\n\n@@ now\n-const now = 1\n+const now = 2\n```\n\n' +
        '```tool apply_patch\nb.ts\n\n+new\n```\n\n```tool apply_patch\nc.ts\n\n@@ file deleted @@\n```\n\n```result\nDone\n```',
    ],
  )
})

test('a session of Copilot CLI has each call once, with what came of it', async () => {
  const request = { toolCallId: 't', name: 'shell', arguments: { command: 'npm test' } }
  await says(
    [
      event('session.start', { sessionId: 's', context: { cwd: '/home/adalove/x', branch: 'fix/1234' } }),
      event('user.message', { content: 'Why on fix/1234?' }),
      event('assistant.message', { content: '', reasoningText: 'Hm', toolRequests: [request] }),
      event('tool.execution_start', {
        toolCallId: 't',
        toolName: 'shell',
        arguments: { command: 'npm test' },
      }),
      event('tool.execution_complete', { toolCallId: 't', success: false, result: { content: '1 failed' } }),
      event('assistant.message', { content: 'a subagent', parentToolCallId: 't' }),
      event('assistant.message', { content: 'Because.' }),
    ],
    ['user: Why on [branch]?', `assistant: \`\`\`thinking\nHm\n\`\`\`\n\n${ran}\n\nBecause.`],
  )
})

test('sessions of Droid, Goose, Kiro, Kimi, Pi and Antigravity come in', async () => {
  await says(
    [
      {
        type: 'session_start',
        id: 's',
        title: 'new session',
        sessionTitle: 'About tests',
        cwd: '/home/adalove/x',
      },
      message('user', [
        { type: 'text', text: '<system-reminder>x</system-reminder>' },
        { type: 'text', text: 'Why?' },
      ]),
      message('assistant', [{ type: 'tool_use', id: 't', name: 'shell', input: { command: 'npm test' } }]),
      message('user', [{ type: 'tool_result', tool_use_id: 't', content: '1 failed', is_error: true }]),
      message('assistant', [{ type: 'text', text: 'Because.' }]),
    ],
    ['user: Why?', `assistant: ${ran}\n\nBecause.`],
    'About tests',
  )
  const gooseTalk = [
    goose('user', [{ type: 'text', text: 'Why?' }]),
    goose('assistant', [
      {
        type: 'toolRequest',
        id: 't',
        toolCall: {
          status: 'success',
          value: { name: 'developer__shell', arguments: { command: 'npm test' } },
        },
      },
    ]),
    goose('user', [
      {
        type: 'toolResponse',
        id: 't',
        toolResult: {
          status: 'success',
          value: { content: [{ type: 'text', text: '1 failed' }], isError: true },
        },
      },
    ]),
    goose('assistant', [{ type: 'text', text: 'Because.' }]),
  ]
  const gooseSaid = ['user: Why?', `assistant: ${ran.replace('shell', 'developer__shell')}\n\nBecause.`]
  const gooseHead = { working_dir: '/home/adalove/x', description: 'About tests', message_count: 4 }
  await says([gooseHead, ...gooseTalk], gooseSaid, 'About tests')
  await says(
    { id: 'g', name: 'About tests', ...gooseHead, conversation: gooseTalk },
    gooseSaid,
    'About tests',
  )
  await says(
    [
      kiro('Prompt', [{ kind: 'text', data: 'Why?' }]),
      kiro('AssistantMessage', [
        { kind: 'text', data: '' },
        { kind: 'toolUse', data: { toolUseId: 't', name: 'shell', input: { command: 'npm test' } } },
      ]),
      kiro('ToolResults', [
        {
          kind: 'toolResult',
          data: { toolUseId: 't', content: [{ kind: 'text', data: '1 failed' }], status: 'error' },
        },
      ]),
      kiro('AssistantMessage', [{ kind: 'text', data: 'Because.' }]),
    ],
    ['user: Why?', `assistant: ${ran}\n\nBecause.`],
  )
  await says(
    [
      { type: 'metadata', protocol_version: '1.9' },
      wire('TurnBegin', { user_input: 'Why?' }),
      wire('ContentPart', { type: 'think', think: 'Hm' }),
      wire('ToolCall', { type: 'function', id: 't', function: { name: 'shell', arguments: '' } }),
      wire('ToolCallPart', { arguments_part: '{"command":"npm test"}' }),
      wire('ToolResult', { tool_call_id: 't', return_value: { is_error: true, output: '1 failed' } }),
      wire('ContentPart', { type: 'text', text: 'Because' }),
      wire('ContentPart', { type: 'text', text: '.' }),
    ],
    ['user: Why?', `assistant: \`\`\`thinking\nHm\n\`\`\`\n\n${ran}\n\nBecause.`],
  )
  await says(
    [
      { role: '_system_prompt', content: 'You are Kimi' },
      { role: 'user', content: 'Why?' },
      { role: '_checkpoint', id: 0 },
      {
        role: 'assistant',
        content: [{ type: 'think', think: 'Hm' }],
        tool_calls: [{ id: 't', function: { name: 'read_file', arguments: '{"path":"timer.ts"}' } }],
      },
      { role: 'tool', content: 'const now = 1', tool_call_id: 't' },
    ],
    ['user: Why?', `assistant: \`\`\`thinking\nHm\n\`\`\`\n\n${read}`],
  )
  await says(
    [
      { type: 'session', version: 3, id: 's', timestamp: at, cwd: '/home/adalove/x' },
      pi('a', null, 'user', 'Why?'),
      pi('b', 'a', 'assistant', 'A way that was left'),
      pi('c', 'a', 'assistant', 'Because.'),
      { type: 'session_info', id: 'd', parentId: 'c', name: 'About tests' },
    ],
    ['user: Why?', 'assistant: Because.'],
    'About tests',
  )
  const changed =
    'The user changed setting `Model Selection` from None to Gemini 3.5 Flash (Medium). No need to comment.'
  await says(
    [
      step('USER_EXPLICIT', 'USER_INPUT', {
        content: `<USER_REQUEST>\nWhy?\n</USER_REQUEST>\n<USER_SETTINGS_CHANGE>\n${changed}\n</USER_SETTINGS_CHANGE>`,
      }),
      step('SYSTEM', 'CONVERSATION_HISTORY', { content: 'Earlier' }),
      step('MODEL', 'PLANNER_RESPONSE', {
        thinking: 'Hm',
        tool_calls: [{ name: 'run_command', args: { CommandLine: '"npm test"' } }],
      }),
      step('MODEL', 'RUN_COMMAND', { content: '1 failed', status: 'ERROR' }),
      step('MODEL', 'PLANNER_RESPONSE', { content: 'Because.' }),
    ],
    [
      'user: Why?',
      `assistant: \`\`\`thinking\nHm\n\`\`\`\n\n${ran.replace('shell', 'run_command')}\n\nBecause.`,
    ],
  )
})

test('a thread of Amp, and sessions that Kiro keeps or saves as one object, come in', async () => {
  await says(
    {
      v: 1,
      id: 'T-019b9d03',
      title: 'About tests',
      created: 1772442000000,
      env: {
        initial: { trees: [{ uri: 'file:///home/adalove/x', repository: { ref: 'refs/heads/fix/1234' } }] },
      },
      messages: [
        { role: 'user', messageId: 0, content: [{ type: 'text', text: 'Why in /home/adalove/x?' }] },
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 't', name: 'shell', input: { cmd: 'npm test' } }],
          usage: { model: 'claude-opus-5' },
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', toolUseID: 't', run: { status: 'error', result: { output: '1 failed' } } },
          ],
        },
        { role: 'assistant', content: [{ type: 'text', text: 'Because.' }] },
      ],
    },
    ['user: Why in .?', `assistant: ${ran}\n\nBecause.`],
    'About tests',
  )
  await says(
    {
      sessionId: 'k',
      title: 'About tests',
      workspaceDirectory: '/home/adalove/x',
      history: [
        { message: { role: 'user', content: [{ type: 'text', text: 'Why?' }], id: 'a' } },
        { message: { role: 'assistant', content: 'Because.', id: 'b' }, promptLogs: [] },
      ],
    },
    ['user: Why?', 'assistant: Because.'],
    'About tests',
  )
  await says(
    {
      conversation_id: 'k',
      history: [
        {
          user: { content: { Prompt: { prompt: 'Why?' } } },
          assistant: {
            ToolUse: {
              content: 'Look.',
              tool_uses: [{ id: 't', name: 'shell', args: { command: 'npm test' } }],
            },
          },
        },
        {
          user: {
            content: {
              ToolUseResults: {
                tool_use_results: [{ tool_use_id: 't', content: [{ Text: '1 failed' }], status: 'Error' }],
              },
            },
          },
          assistant: { Response: { content: 'Because.' } },
        },
      ],
    },
    ['user: Why?', `assistant: Look.\n\n${ran}\n\nBecause.`],
  )
})

test('a chat of VS Code that is kept as a log of changes comes in as it is in the end', async () => {
  const request = { message: { text: 'Why?' }, timestamp: 1772442000000, response: [{ value: 'Be' }] }
  await says(
    [
      { kind: 0, v: { version: 3, sessionId: 's', requests: [] } },
      { kind: 2, k: ['requests'], v: [request] },
      { kind: 2, k: ['requests', 0, 'response'], v: [{ value: 'cause.' }] },
      { kind: 1, k: ['customTitle'], v: 'About tests' },
      { kind: 1, k: ['__proto__', 'polluted'], v: true },
    ],
    ['user: Why?', 'assistant: Because.'],
    'About tests',
  )
  assert.equal('polluted' in {}, false)
})

test('what a person says when they refuse a call, or answers a question of Cline, is theirs', async () => {
  const { chats } = await importJson([
    { role: 'user', content: [{ type: 'text', text: '<task>\nTidy up\n</task>' }] },
    {
      role: 'assistant',
      content: [
        {
          type: 'text',
          text: '<ask_followup_question>\n<question>What first?</question>\n</ask_followup_question>',
        },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'text', text: "[ask_followup_question for 'What first?'] Result:" },
        { type: 'text', text: '<answer>\nThe tests\n</answer>' },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: '<execute_command>\n<command>rm -r test</command>\n</execute_command>' },
      ],
    },
    {
      role: 'user',
      content: [
        {
          type: 'text',
          text: "[execute_command for 'rm -r test'] Result:\nThe user denied this operation and provided the following feedback:\n<feedback>\nDon't delete them!\n</feedback>",
        },
      ],
    },
    {
      role: 'assistant',
      content: [{ type: 'tool_use', id: 't', name: 'attempt_completion', input: { result: 'All tidy.' } }],
    },
    {
      role: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: 't',
          content: 'The user has provided feedback on the results.\n<feedback>\nNot quite\n</feedback>',
        },
      ],
    },
  ])
  assert.deepEqual(
    chats[0]?.messages.filter(({ role }) => role === 'user').map(({ content }) => content),
    ['Tidy up', 'The tests', "Don't delete them!", 'Not quite'],
  )
})

test('results stand after their calls, also of tools that ran at once', async () => {
  const lines = [
    line('user', 'Go', '1', null),
    line('assistant', [use('a')], '2', '1'),
    line('assistant', [use('b')], '3', '2'),
    line('user', [result('b')], '4', '3'),
    line('user', [result('a')], '5', '2'),
    line('assistant', [{ type: 'text', text: 'Done.' }], '6', '5'),
  ]
  const said = ['user: Go', `assistant: ${block('a')}\n\n${block('b')}\n\nDone.`]
  await says(lines, said)
  await says([...lines, ...lines.slice(1, 3)], said)
})

test('the storage folder of opencode, packed, comes in as its sessions', async () => {
  const files: [path: string, value: object][] = [
    ['part/msg_2/prt_3', { type: 'text', text: 'Because.' }],
    ['part/msg_1/prt_1', { type: 'text', text: 'Why?' }],
    ['message/ses_1/msg_2', { id: 'msg_2', role: 'assistant', time: { created: 1772442005000 } }],
    ['message/ses_1/msg_1', { id: 'msg_1', role: 'user', time: { created: 1772442000000 } }],
    ['session/p/ses_1', { id: 'ses_1', title: 'A cache', directory: '/home/adalove/x' }],
    ['session/p/ses_2', { id: 'ses_2', title: 'Nothing was said' }],
  ]
  const { chats } = await importBytes(
    zip(
      files.map(([path, value]) => ({
        name: `opencode/storage/${path}.json`,
        content: JSON.stringify(value),
      })),
    ),
  )
  assert.deepEqual(
    chats.map(({ name, messages }) => [name, ...messages.map(({ content }) => content)]),
    [['A cache', 'Why?', 'Because.']],
  )
})
