import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importFixture } from '../kit/importing.ts'

const question = 'user: Why does the cache never expire?'
const answer = 'The clock is read once, at the start.'
const second = ['user: How do I test it?', 'assistant: Freeze the time and move it on by hand.']
const thought = '```thinking\nLook at the timer.\n```'

/** A file that people have, what it says by default, and what it says without tools. */
const cases: Record<string, { model: string; messages: string[]; bare: string[]; name?: string }> = {
  'aider.md': {
    model: 'gpt-4o',
    messages: [
      question,
      `assistant: ${answer}\n\n\`\`\`tool edit\nsrc/cache.ts\n\n-const now = Date.now()\n+const now = () => Date.now()\n\`\`\``,
      ...second,
    ],
    bare: [
      question,
      `assistant: ${answer}\n\nsrc/cache.ts\n\`\`\`\n<<<<<<< SEARCH\nconst now = Date.now()\n=======\nconst now = () => Date.now()\n>>>>>>> REPLACE\n\`\`\``,
      ...second,
    ],
  },
  'claude-code-export.txt': {
    model: 'Opus 4.5',
    messages: [
      question,
      `assistant: I'll look at the timer.\n\n\`\`\`tool Bash\nls src\n\`\`\`\n\n\`\`\`result\ncache.ts\ntimer.ts\n\`\`\`\n\n${answer}`,
      ...second,
    ],
    bare: [question, `assistant: I'll look at the timer.\n\n${answer}`, ...second],
  },
  'cline-api_conversation_history.json': {
    model: 'Cline',
    messages: [
      question,
      `assistant: ${thought}\n\nI'll look at the timer.\n\n\`\`\`tool read_file\nsrc/timer.ts\n\`\`\`\n\n\`\`\`result\nconst now = Date.now()\n\`\`\`\n\n${answer}`,
    ],
    bare: [question, `assistant: I'll look at the timer.\n\n${answer}`],
  },
  'cline-ui_messages.json': {
    model: 'Cline',
    messages: [
      question,
      `assistant: ${thought}\n\nI'll look at the timer.\n\n\`\`\`tool readFile\nsrc/timer.ts\n\`\`\`\n\n${answer}`,
      ...second,
    ],
    bare: [question, `assistant: I'll look at the timer.\n\n${answer}`, ...second],
  },
  'copilot-chat-participant.md': {
    model: 'GitHub Copilot',
    messages: [question, `assistant: ${answer}`, ...second],
    bare: [question, `assistant: ${answer}`, ...second],
  },
  'copilot-chat-copy-all.txt': {
    model: 'GitHub Copilot',
    messages: [question, `assistant: ${answer}`, ...second],
    bare: [question, `assistant: ${answer}`, ...second],
  },
  'copilot-cli-events.jsonl': {
    model: 'gpt-5-mini',
    messages: [question, `assistant: ${answer}`],
    bare: [question, `assistant: ${answer}`],
  },
  'cursor-agent-transcript.jsonl': {
    model: 'Cursor',
    messages: [question, `assistant: ${answer}\n\n\`\`\`tool Shell\nls ~/site\n\`\`\``],
    bare: [question, `assistant: ${answer}`],
  },
  'gemini-cli-checkpoint.json': {
    model: 'Gemini',
    messages: [
      question,
      `assistant: \`\`\`tool read_file\n./timer.ts\n\`\`\`\n\n\`\`\`result\nconst now = Date.now()\n\`\`\`\n\n${answer}`,
    ],
    bare: [question, `assistant: ${answer}`],
  },
  'gemini-cli-session.json': {
    model: 'gemini-3-pro-preview',
    messages: [
      question,
      `assistant: \`\`\`thinking\nTimer\n\nLook at the timer.\n\`\`\`\n\n\`\`\`tool read_file\n~/site/timer.ts\n\`\`\`\n\n\`\`\`result\nconst now = Date.now()\n\`\`\`\n\n${answer}`,
    ],
    bare: [question, `assistant: ${answer}`],
  },
  'opencode-export.json': {
    name: 'Cache that never expires',
    model: 'claude-sonnet-4-5',
    messages: [
      question,
      `assistant: ${thought}\n\n\`\`\`tool bash\nls .\n\`\`\`\n\n\`\`\`result\ntimer.ts\n\`\`\`\n\n${answer}`,
    ],
    bare: [question, `assistant: ${answer}`],
  },
  'pi-session.jsonl': {
    model: 'claude-sonnet-4-5',
    messages: [question, `assistant: ${thought}\n\n${answer}`],
    bare: [question, `assistant: ${answer}`],
  },
  'qwen-code.jsonl': {
    model: 'qwen3-coder-plus',
    messages: [question, `assistant: ${thought}\n\n${answer}`],
    bare: [question, `assistant: ${answer}`],
  },
  'vscode-chat.json': {
    model: 'claude-sonnet-4.5',
    messages: [
      question,
      `assistant: ${thought}\n\nI'll look at \`timer.ts\`.\n\n\`\`\`tool copilot_readFile\n~/site/timer.ts\n\`\`\`\n\n${answer}`,
    ],
    bare: [question, `assistant: I'll look at \`timer.ts\`.\n\n${answer}`],
  },
  'claude-code-plan-and-question.jsonl': {
    name: 'Plan a fix for the cache.',
    model: 'claude-opus-4-5',
    messages: planAndQuestion(),
    bare: planAndQuestion(),
  },
  'claude-code-write-and-edit.jsonl': {
    name: 'Write a clock.',
    model: 'claude-opus-4-5',
    messages: [
      'user: Write a clock.',
      'assistant: ```tool Write\n./clock.ts\n\nexport const now = () => {\n  return Date.now()\n}\n```\n\n```result\nFile created successfully at: ./clock.ts\n```\n\n```tool Edit\n./clock.ts\n\n-() => {\n-  return Date.now()\n-}\n+() => Date.now()\n```\n\n```result\nThe file has been updated.\n```\n\nDone.',
    ],
    bare: ['user: Write a clock.', 'assistant: Done.'],
  },
  'claude-code-owner-in-ls.jsonl': {
    name: 'What is in here?',
    model: 'claude-opus-4-5',
    messages: [
      'user: What is in here?',
      'assistant: ```tool Bash\nls -la && whoami && git config user.email\n```\n\n```result\ntotal 8\ndrwxr-xr-x@ 3 [user]  staff   96 Mar  2 09:00 .\n-rw-r--r--  1 [user]  staff  743 Mar  2 09:00 package.json\n[user]\n[email]\n```\n\nOne file, package.json, owned by [user].',
    ],
    bare: ['user: What is in here?', 'assistant: One file, package.json, owned by [user].'],
  },
}

function planAndQuestion(): string[] {
  return [
    'user: Plan a fix for the cache.',
    'assistant: Which clock shall tests use?\n\n- A fake one: Moves by hand\n- The real one: Slow',
    'user: A fake one, but only in unit tests',
    'assistant: # Plan\n\n1. Read the clock each time.\n2. Give tests a fake clock.',
    'user: Start with the tests.',
    'assistant: Right, tests first.',
  ]
}

for (const [file, expected] of Object.entries(cases)) {
  test(`${file} comes in with who said what, and what tools did`, async () => {
    for (const [includeTools, messages] of [
      [undefined, expected.messages],
      [true, expected.messages],
      [false, expected.bare],
    ] as const) {
      const { chats, failed } = await importFixture(`cases/${file}`, { includeTools })
      assert.deepEqual(failed, [])
      assert.equal(chats.length, 1)
      assert.equal(chats[0]?.name, expected.name ?? 'Why does the cache never expire?')
      assert.equal(chats[0]?.model, expected.model)
      assert.deepEqual(
        chats[0]?.messages.map(({ role, content }) => `${role}: ${content}`),
        messages,
      )
      assert.doesNotMatch(JSON.stringify(chats), /\/home\/ada|\/Users\/ada|adalove|ada\.love|Europe\/Berlin/)
    }
  })
}

test('what isn’t wanted of tools is counted', async () => {
  const [chat] = (await importFixture('cases/opencode-export.json', { includeTools: false })).chats
  assert.deepEqual(chat?.leftOut, { 'piece of reasoning': 1, 'tool call': 1, 'tool result': 1 })
  const [other] = (await importFixture('cases/gemini-cli-checkpoint.json')).chats
  assert.deepEqual(other?.leftOut, { 'message of the program': 2 })
})

test('only a shell’s command is shown as a command', async () => {
  const { chats } = await importFixture('cases/anthropic-command-is-no-shell.json', { includeTools: true })
  assert.equal(
    chats[0]?.messages[1]?.content,
    '```tool str_replace_based_edit_tool\n~/site/notes.md\n\n-teh\n+the\n```\n\n```result\nEdited.\n```\n\nFixed.',
  )
})
