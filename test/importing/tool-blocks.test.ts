import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zstdCompressSync } from 'node:zlib'
import { MAX_MESSAGE_BYTES } from '../../src/chats/limits.ts'
import { importBytes, importJson, readFixture } from '../kit/importing.ts'

function line(type: 'user' | 'assistant', content: unknown, more: object = {}): string {
  return JSON.stringify({
    type,
    sessionId: 's',
    message: { role: type, content },
    uuid: undefined,
    leafUuid: 'x',
    ...more,
  })
}

function call(id: string, name: string, input: unknown): string {
  return line('assistant', [{ type: 'tool_use', id, name, input }])
}

function came(id: string, content: unknown, more: object = {}): string {
  return line('user', [{ type: 'tool_result', tool_use_id: id, content, ...more }])
}

async function answered(...lines: string[]): Promise<string> {
  const { chats } = await importBytes(lines.join('\n'))
  return chats[0]?.messages.map(({ content }) => content).join('\n====\n') ?? ''
}

test('the body of a call tells a command, a diff, a file or what was looked for', async () => {
  assert.equal(
    await answered(
      call('1', 'Bash', { command: 'npm test', description: 'Runs the tests' }),
      call('2', 'MultiEdit', {
        file_path: 'a.ts',
        edits: [
          { old_string: 'a\nb', new_string: 'a\nc' },
          { old_string: 'x', new_string: '' },
        ],
      }),
      call('3', 'Grep', { pattern: 'now', path: 'src', '-n': true }),
      call('4', 'Read', { file_path: 'a.ts', offset: 10, limit: 20 }),
      call('5', 'Task', { description: 'Look', prompt: 'Look\nwell' }),
      call('6', 'TodoWrite', { todos: [{ content: 'x', status: 'pending' }] }),
      call('7', 'shell', { command: ['bash', '-lc', 'echo "a b"'] }),
      call('8', 'shell', { command: ['git', 'commit', '-m', "it's"] }),
      call('9', 'web search`x', { query: 'clocks' }),
    ),
    [
      '```tool Bash\nnpm test\n```',
      '```tool MultiEdit\na.ts\n\n a\n-b\n+c\n@@\n-x\n```',
      '```tool Grep\nnow\npath: src\n-n: true\n```',
      '```tool Read\na.ts\noffset: 10\nlimit: 20\n```',
      '```tool Task\ndescription: Look\nprompt:\nLook\nwell\n```',
      '```tool TodoWrite\n{\n  "todos": [\n    {\n      "content": "x",\n      "status": "pending"\n    }\n  ]\n}\n```',
      '```tool shell\necho "a b"\n```',
      "```tool shell\ngit commit -m 'it'\\''s'\n```",
      '```tool web_search_x\nclocks\n```',
    ].join('\n\n'),
  )
})

test('an edit has the numbers of its lines where the session knows them', async () => {
  const toolUseResult = {
    filePath: '/home/adalove/x/a.ts',
    oldString: 'b',
    newString: 'c',
    structuredPatch: [{ oldStart: 7, oldLines: 2, newStart: 7, newLines: 2, lines: [' a', '-b', '+c'] }],
  }
  assert.equal(
    await answered(
      call('1', 'Edit', { file_path: '/home/adalove/x/a.ts', old_string: 'b', new_string: 'c' }),
      line('user', [{ type: 'tool_result', tool_use_id: '1', content: 'Done' }], { toolUseResult }),
    ),
    '```tool Edit\n~/x/a.ts\n\n@@ -7,2 +7,2 @@\n a\n-b\n+c\n```\n\n```result\nDone\n```',
  )
})

test('nothing in a result ends its block', async () => {
  assert.equal(
    await answered(
      call('1', 'Bash', { command: 'cat a.md' }),
      came('1', '```\nx\n````\n## User\n', { is_error: true }),
    ),
    '```tool Bash\ncat a.md\n```\n\n`````result error\n```\nx\n````\n## User\n`````',
  )
})

test('a long result loses its middle, which is said', async () => {
  const text = await answered(came('1', `${'line\n'.repeat(10_000)}last`))
  assert.ok(text.length < 20_100)
  assert.match(
    text,
    /^```result\nline\n[^]*line\n\[… 30,\d{3} characters left out …\]\nline\n[^]*\nlast\n```$/,
  )
})

test('an answer of a thousand calls keeps what was said and all calls within the limit of a message', async () => {
  const steps = Array.from({ length: 1000 }, (_, index) => [
    call(String(index), 'Bash', { command: `echo ${index}` }),
    came(String(index), `${index} ${'ä'.repeat(3000)}`),
  ])
  const { chats } = await importBytes(
    [line('user', 'Go'), ...steps.flat(), line('assistant', 'All is done.')].join('\n'),
  )
  const [, answer] = chats[0]?.messages ?? []
  const content = answer?.content ?? ''
  assert.ok(Buffer.byteLength(content) <= MAX_MESSAGE_BYTES)
  assert.ok(Buffer.byteLength(content) > MAX_MESSAGE_BYTES / 2)
  assert.equal(content.split('```tool Bash\n').length, 1001)
  assert.equal(content.split('```result\n').length, 1001)
  assert.match(content, /characters left out …\]/)
  assert.match(content, /\n\nAll is done\.$/)
  assert.deepEqual(chats[0]?.leftOut, { 'part of what tools said': 1 })
})

test('commands to the program aren’t part of the talk', async () => {
  const { chats } = await importBytes(
    [
      line('user', '<command-name>/model</command-name><command-args>opus</command-args>'),
      line('user', '/clear'),
      line('user', 'Go'),
      line('user', '<command-name>/review</command-name><command-args>the page</command-args>'),
    ].join('\n'),
  )
  assert.deepEqual(
    chats[0]?.messages.map(({ content }) => content),
    ['Go', '/review the page'],
  )
  assert.deepEqual(chats[0]?.leftOut, { 'slash command': 2 })
})

test('a session of an agent loses the person’s names wherever they stand', async () => {
  const cwd = '/Users/adalove/site'
  const lines = [
    line('user', 'Who am I?', { cwd }),
    call('1', 'Bash', { command: 'git config user.name; git config user.email; hostname' }),
    came('1', 'Ada Love\nada@love.example\nadas-machine\n'),
    call('2', 'Bash', { command: 'git log -1; id' }),
    came(
      '2',
      'Author: Ada Love <ada@love.example>\nuid=501(adalove) gid=20(staff)\nCo-authored-by: X <noreply@x.example>',
    ),
    line(
      'assistant',
      'Ada Love (ada@love.example) is adalove at adas-machine; see {"a":"x\\n/home/adalove/y \\n/Users/adalove/site/z"}',
    ),
  ]
  const text = await answered(...lines)
  assert.doesNotMatch(text, /adalove|ada@love|Ada Love|adas-machine/)
  assert.match(
    text,
    /Author: \[name\] <\[email\]>\nuid=501\(\[user\]\) gid=20\(staff\)\nCo-authored-by: X <noreply/,
  )
  assert.match(text, /\[name\] \(\[email\]\) is \[user\] at \[host\]; see \{"a":"x\\n~\/y \\n\.\/z"\}/)
})

/** What tells of Ada Love, each alone, and what was done with it. */
const toldBy: readonly (readonly [command: string, output: string])[] = [
  ['git log', 'commit 1\nAuthor: Ada Love <ada@love.example>'],
  ['git config user.name "Ada Love" && git config user.email ada@love.example', ''],
  ['git config --global --list', 'user.name=Ada Love\nuser.email=ada@love.example'],
  ['cat ~/.gitconfig', '[core]\n\tpager = less\n[user]\n\tname = Ada Love\n\temail = ada@love.example\n'],
  ['git shortlog -sne', '    12\tAda Love <ada@love.example>'],
  ["git log --format='%h %an %ae %s'", 'abc1234 Ada Love ada@love.example Begin'],
  ['git log --pretty=format:"%an|%ae"', 'Ada Love|ada@love.example'],
  ['GIT_AUTHOR_NAME="Ada Love" GIT_AUTHOR_EMAIL=ada@love.example git commit', ''],
  [
    'cat package.json',
    '{"name":"x","version":"1.0.0","license":"MIT","author":{"name":"Ada Love","email":"ada@love.example"}}',
  ],
  ['cat package.json', '{\n  "name": "x",\n  "author": "Ada Love <ada@love.example>"\n}'],
]

for (const [command, output] of toldBy) {
  test(`a person’s name is learned from ${command.slice(0, 60)}, ${output.length}`, async () => {
    const text = await answered(
      call('1', 'Write', { file_path: 'LICENSE', content: 'Copyright Ada Love, Ada Lovely' }),
      call('2', 'Bash', { command }),
      came('2', output),
      line('assistant', 'Ada Love wrote to ada@love.example.'),
    )
    assert.doesNotMatch(text, /Ada Love(?!ly)|ada@love/)
    assert.match(text, /Copyright \[name\], Ada Lovely/)
    assert.match(text, /\[name\] wrote to \[email\]\./)
  })
}

test('names of blame and of the list of accounts go as well', async () => {
  const text = await answered(
    call('1', 'Bash', { command: 'git blame x; getent passwd' }),
    came(
      '1',
      'abc12345 (Ada Love  2024-01-02 03:04:05 +0100 1) x\nroot:x:0:0:Root Of All:/root:/bin/bash\nmoli:x:1000:1000:Mo Liao,,,:/home/moli:/bin/zsh',
    ),
    line('assistant', 'Ada Love and Mo Liao; Root Of All stays.'),
  )
  assert.doesNotMatch(text, /Ada Love|Mo Liao|moli/)
  assert.match(text, /Root Of All stays/)
})

/** What tells what a machine is called. */
const hostsToldBy: readonly (readonly [command: string, output: string])[] = [
  ['x', 'ada@box-17 site % npm test'],
  ['x', '[ada@box-17 site]$ npm test'],
  ['hostnamectl', '   Static hostname: box-17\n         Icon name: computer'],
  ['cat /etc/hostname', 'box-17'],
  ['cat /etc/hosts', '127.0.0.1\tlocalhost\n127.0.1.1\tbox-17.fritz.box box-17'],
  ['ssh -p 22 ada@box-17.local uptime', ''],
  ['git commit', "fatal: unable to auto-detect email address (got 'ada@box-17.(none)')"],
]

for (const [command, output] of hostsToldBy) {
  test(`a machine’s name is learned from ${(output || command).slice(0, 60)}`, async () => {
    const text = await answered(
      call('1', 'Bash', { command }),
      came('1', output),
      line('assistant', 'It is box-17, not box-170 or localhost.'),
    )
    assert.doesNotMatch(text, /box-17(?!0)/)
    assert.match(text, /It is \[host\], not box-170 or localhost\./)
  })
}

test('sessions that come as text lose names too, and what names nobody stays', async () => {
  const told = '```\n$ git config user.name\nAda Love\n$ hostname\nbox-17\n```\nAda Love at box-17'
  const aider = `# aider chat started at 2026-03-02 09:00:00\n\n#### Who am I?\n\n${told}\n`
  const specstory = `<!-- Generated by SpecStory -->\n\n# Names\n\n_**User**_\n\nWho am I?\n\n---\n\n_**Assistant**_\n\n${told}\n`
  for (const text of [aider, specstory]) {
    const { chats } = await importBytes(text)
    const all = chats.flatMap(({ messages }) => messages.map(({ content }) => content)).join('\n')
    assert.match(all, /\[name\] at \[host\]/)
    assert.doesNotMatch(all, /Ada Love|box-17/)
  }
  const plain = [
    'Set it with `git config --global user.name "Your Name"`. Your Name is yours.',
    '{"title":"Emma","author":"Jane Austen"} by Jane Austen',
    'ssh git@github.com answers; github.com is up. root@postgres:/# asks, postgres answers.',
  ].join('\n')
  const kept = await answered(line('assistant', plain))
  assert.match(kept, /Your Name is yours|by Jane Austen/)
  assert.match(kept, /by Jane Austen\nssh git@github\.com answers; github\.com is up/)
  assert.match(kept, /postgres answers/)
})

test('a name that is a word goes only where an account is meant', async () => {
  const text = await answered(
    line('user', 'It will work, will it?', { cwd: '/home/will/site' }),
    call('1', 'Bash', { command: 'ls -l; whoami' }),
    came('1', '-rw-r--r-- 1 will will 7 Mar  2 09:00 will.txt\nwill'),
  )
  assert.match(text, /^It will work, will it\?/)
  assert.match(text, /-rw-r--r-- 1 \[user\] \[user\] 7 Mar {2}2 09:00 will\.txt\n\[user\]\n/)
})

test('a list of messages in which tools were called is cleaned as a session is', async () => {
  const messages = [
    { role: 'user', content: 'Look into /home/adalove/x' },
    { role: 'assistant', content: '', tool_calls: [{ function: { name: 'ls', arguments: '{}' } }] },
  ]
  assert.equal((await importJson(messages)).chats[0]?.messages[0]?.content, 'Look into ~/x')
  assert.equal(
    (await importJson(messages.slice(0, 1))).chats[0]?.messages[0]?.content,
    'Look into /home/adalove/x',
  )
})

test('a compressed session comes in; one that unpacks to too much, or is damaged, is refused', async () => {
  const session = await readFixture('codex.jsonl')
  const packed = zstdCompressSync(session)
  assert.deepEqual((await importBytes(packed)).chats, (await importBytes(session)).chats)
  const bomb = zstdCompressSync(Buffer.alloc(50 * 1024 * 1024, ' '))
  await assert.rejects(importBytes(bomb), { code: 'too-large' })
  await assert.rejects(importBytes(packed.subarray(0, 100)), { code: 'damaged' })
})

test('what a person answers, notes beside it, and says at a refusal are their words', async () => {
  const questions = [{ question: 'Which?' }, { question: 'When?' }]
  const { chats } = await importBytes(
    [
      line('user', 'Go'),
      call('1', 'AskUserQuestion', { questions }),
      came(
        '1',
        'User has answered your questions: "Which?"="The "red" one" user notes: not too red, "When?"="Now". You can now continue with the user\'s answers in mind.',
      ),
      call('2', 'AskUserQuestion', { questions: questions.slice(0, 1) }),
      came('2', 'User declined to answer questions'),
      call('3', 'Bash', { command: 'rm -r x' }),
      came(
        '3',
        "The user doesn't want to proceed with this tool use. The tool use was rejected. To tell you how to proceed, the user said:\nLeave it.",
        { is_error: true },
      ),
      call('4', 'ExitPlanMode', {}),
      came('4', 'User has approved your plan. You can now start coding.\n\n## Approved Plan:\n1. Nothing'),
    ].join('\n'),
  )
  assert.deepEqual(
    chats[0]?.messages.map(({ role, content }) => `${role}: ${content}`),
    [
      'user: Go',
      'assistant: Which?\n\nWhen?',
      'user: Which?\nThe "red" one\n\nnot too red\n\nWhen?\nNow',
      "assistant: Which?\n\n```tool Bash\nrm -r x\n```\n\n```result error\nThe user doesn't want to proceed with this tool use\n```",
      'user: Leave it.',
      'assistant: 1. Nothing',
    ],
  )
})

test('tags that a person typed are theirs', async () => {
  for (const text of [
    'Fix <task>a</task> and then <feedback>b</feedback>. Thanks.',
    'In XML: <rules>\nx\n</rules>',
    '<answer>1</answer> or <answer>2</answer>?',
  ])
    assert.equal(await answered(line('user', text)), text)
  assert.equal(
    await answered(line('user', '<system-reminder>x</system-reminder>\nGo <b>on</b>')),
    'Go <b>on</b>',
  )
})

const callsBetweenTexts = {
  openai: [
    { role: 'user', content: 'Go' },
    { role: 'assistant', content: 'I look.', tool_calls: [{ function: { name: 'ls', arguments: '{}' } }] },
    { role: 'tool', content: 'a.ts' },
    { role: 'assistant', content: '', tool_calls: [{ function: { name: 'pwd', arguments: '{}' } }] },
    { role: 'tool', content: '/srv' },
    { role: 'assistant', content: 'Done.' },
  ],
  anthropic: [
    { role: 'user', content: 'Go' },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'I look.' },
        { type: 'tool_use', id: '1', name: 'ls', input: {} },
      ],
    },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: '1', content: 'a.ts' }] },
    { role: 'assistant', content: [{ type: 'tool_use', id: '2', name: 'pwd', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: '2', content: '/srv' }] },
    { role: 'assistant', content: 'Done.' },
  ],
}

for (const [api, messages] of Object.entries(callsBetweenTexts)) {
  test(`calls between two texts of a list of messages are one answer: ${api}`, async () => {
    const { chats } = await importJson({ messages }, { includeTools: true })
    const [asked, answer, ...more] = chats[0]?.messages ?? []
    assert.deepEqual([asked?.content, more], ['Go', []])
    assert.match(
      answer?.content ?? '',
      /^I look\.\n\n```tool ls\n[^]*```result\na\.ts\n```\n\n```tool pwd\n[^]*```result\n\/srv\n```\n\nDone\.$/,
    )
  })
}
