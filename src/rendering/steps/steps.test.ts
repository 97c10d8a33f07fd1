import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { renderMessage } from '../render-message.ts'
import { plainExcerpt } from '../plain-excerpt.ts'
import { textWithoutSteps } from './step-fences.ts'

async function render(markdown: string): Promise<string> {
  return (await renderMessage(markdown, { idPrefix: 'm7' })).html
}

function block(info: string, body: string, fence = '```'): string {
  return `${fence}${info}\n${body}\n${fence}\n\n`
}

/** The lines of all steps as a screen reader says them. */
async function linesOf(markdown: string): Promise<string[]> {
  const html = await render(markdown)
  return [...html.matchAll(/<(?:summary|p class="step")>(.*?)<\/(?:summary|p)>/g)].map(([, line = '']) =>
    line
      .replace(/<[^>]*>/g, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"'),
  )
}

describe('what a tool did is said in a line', () => {
  const edit = 'src/login.ts\n\n@@ -1,3 +1,4 @@\n a\n-b\n+c\n+d'
  const cases: Record<string, [markdown: string, line: string]> = {
    'a command that tells how it ended': [
      block('tool Bash', 'npm test') + block('result', '  ✔ one\n\n  69 passing (2s)\n  1 failing'),
      'Ran npm test: 69 passing, 1 failing',
    ],
    "node's own test runner": [
      block('tool shell', 'node --test') + block('result', 'ℹ tests 7\nℹ pass 7\nℹ fail 0\nℹ todo 0'),
      'Ran node --test: 7 passing',
    ],
    'a test runner that counts files first': [
      block('tool Bash', 'npx jest') +
        block(
          'result',
          'Test Suites: 2 passed, 2 total\nTests:       1 failed, 30 passed, 31 total\nTime: 2 s',
        ),
      'Ran npx jest: 30 passing, 1 failing',
    ],
    'a command with one line of output': [
      block('tool Bash', 'git rev-parse HEAD') + block('result', '1f3c9ab'),
      'Ran git rev-parse HEAD: 1f3c9ab',
    ],
    'a command of several lines': [
      block('tool Bash', 'for a in b\ndo c; done') + block('result', 'x\ny'),
      'Ran for a in b…',
    ],
    'a command in JSON': [block('tool shell', '{"command":["bash","-lc","ls -l"]}'), 'Ran ls -l'],
    'a command that failed': [
      block('tool Bash', 'false') + block('result error', 'Exit code 1'),
      'Ran false: exit code 1 failed',
    ],
    'an edit': [block('tool Edit', edit) + block('result', 'done'), 'Edited src/login.ts, +2 −1'],
    'an edit that failed': [
      block('tool Edit', edit) + block('result error', 'no such text'),
      'Could not edit src/login.ts: no such text failed',
    ],
    "Codex's own patches": [
      block('tool apply_patch', '*** Begin Patch\n*** Update File: src/a.ts\n@@\n-a\n+b\n*** End Patch'),
      'Edited src/a.ts, +1 −1',
    ],
    "git's diffs": [
      block('tool Edit', 'diff --git a/x.md b/x.md\n--- a/x.md\n+++ b/x.md\n@@ -1 +1 @@\n--- b\n+c'),
      'Edited x.md, +1 −1',
    ],
    'a file that was written': [
      block('tool Write', 'src/a.ts\n\nconst a = 1\nconst b = 2'),
      'Wrote src/a.ts, 2 lines',
    ],
    'a file that was read': [
      block('tool Read', 'src/a.ts\noffset: 10\nlimit: 5') + block('result', 'a'),
      'Read src/a.ts, lines 10–14',
    ],
    'a search': [block('tool Grep', 'find.*Share\npath: src'), 'Searched for find.*Share'],
    'an address': [block('tool WebFetch', 'url: https://a.b/c'), 'Fetched https://a.b/c'],
    'an unknown tool': [
      block('tool mcp__github__create_issue', '{"title": "a"}'),
      'Used github: create_issue',
    ],
    'a tool without anything': ['```tool Frobnicate\n```', 'Used Frobnicate'],
    'a result of nothing': [block('result', 'a'), 'A tool answered'],
    'a thought': [block('thinking', 'Hm.'), 'Thought for a moment'],
    'hostile names': [block('tool <b>"x', 'a'), 'Used <b>"x: a'],
  }
  for (const [name, [markdown, line]] of Object.entries(cases)) {
    test(name, async () => assert.equal((await linesOf(markdown))[0], line))
  }
})

describe('what was done between two texts', () => {
  const many =
    block('thinking', 'Hm.') +
    block('tool Edit', 'a.ts\n\n-a\n+b') +
    block('tool Edit', 'a.ts\n\n-a\n+b') +
    block('result', 'ok') +
    block('tool Edit', 'b.ts\n\n-a\n+b') +
    block('tool Bash', 'ls') +
    block('result', 'a\nb') +
    block('tool Bash', 'false') +
    block('result error', 'Exit code 1')

  test('is one folded group that says so, and the texts stay open around it', async () => {
    const html = await render(`Before.\n\n${many}After.\n\n${block('tool Read', 'a')}The end.`)
    assert.match(html, /^<p>Before.<\/p>\n<details class="steps"><summary>/)
    const [first] = await linesOf(many)
    assert.equal(first, '6 steps: edited 2 files, ran 2 commands, thought once 1 failed')
    assert.equal(html.match(/<div class="steps">/g)?.length, 1)
    assert.match(html, /<\/details>\n<p>After.<\/p>/)
    assert.match(html, /<p>The end.<\/p>\n$/)
    assert.doesNotMatch(html, /<details[^>]* open/)
  })

  test('of one kind needs no number of steps', async () => {
    assert.equal((await linesOf(block('tool Read', 'a') + block('tool Read', 'b')))[0], 'Read 2 files')
  })

  test('has files that were read one after the other in a line, which opens to each', async () => {
    const reads = ['a', 'b', 'c'].map((file) => block('tool Read', file)).join('')
    const command = block('tool Bash', 'ls')
    const lines = await linesOf(reads + block('tool Grep', 'x') + command + block('tool Read', 'd') + reads)
    assert.deepEqual(lines, [
      '9 steps: ran 1 command, read 4 files, searched once',
      'Read 3 files, searched once',
      'Read a',
      'Read b',
      'Read c',
      'Searched for x',
      'Ran ls',
      'Read 4 files',
      'Read d',
      'Read a',
      'Read b',
      'Read c',
    ])
    // What failed, what shows a picture, and two alone stay in sight.
    const failed = block('tool Read', 'e') + block('result error', 'none')
    const shown = block('tool Read', 'f') + block('result', `![image](file:${'x'.repeat(22)})`)
    const two = block('tool Read', 'g').repeat(2)
    assert.doesNotMatch(await render(two + failed + two + shown + two + command), /<\/summary><ol>[^]*<ol>/)
  })

  test('keeps results that come after all calls', async () => {
    const html = await render(
      block('tool A', 'a') + block('tool B', 'b') + block('result', 'one') + block('result', 'two'),
    )
    assert.match(html, /one[^]*two/)
    assert.equal(html.match(/class="step"/g)?.length, 3)
  })
})

describe('a step opens to', () => {
  test('its command and what came back, in colours and without escapes of terminals', async () => {
    const html = await render(
      block('tool Bash', 'echo "a" | grep b') +
        block('result', '\u001b[31mred\u001b[0m \u001b]8;;https://x.example/\u001b\\<b>\u001b]8;;\u0007'),
    )
    assert.match(html, /class="step-code step-command"><pre><code>.*tk-/)
    assert.match(html, /class="step-output"><pre><code>red &lt;b&gt;</)
  })

  test('a diff whose changed lines keep their marks, in the colours of the file’s language', async () => {
    const html = await render(
      block(
        'tool Edit',
        'src/a.ts\n\n@@ -1,2 +1,2 @@\n const a = `x\n-const b = 1\n+const b = `\n const c = 2',
      ),
    )
    assert.match(html, /<span class="diff-head">@@ -1,2 \+1,2 @@\n<\/span>/)
    assert.match(html, /<del>-.*<\/del><ins>\+.*\n<\/ins>/s)
    assert.match(html, /<ins>\+.*tk-/s)
  })

  test('the file that was written', async () => {
    assert.match(await render(block('tool Write', 'a/b.py\n\ndef f():\n    return 1')), /tk-keyword">def/)
  })

  test('a thought as it was written, without headings of the page', async () => {
    const html = await render(block('thinking', '# Plan\n\n- **one**\n- [x](javascript:alert)'))
    assert.match(html, /<p class="thought-title">Plan<\/p>/)
    assert.match(html, /<li><strong>one<\/strong><\/li>/)
    assert.doesNotMatch(html, /<h\d|href/)
  })

  test('long outputs, folded, and cut in the middle with what was cut said', async () => {
    const lines = Array.from({ length: 900 }, (_, index) => `line ${index}`).join('\n')
    const html = await render(block('tool Bash', 'build') + block('result', lines))
    assert.match(html, /<details class="code-fold"><summary>Show \d+ lines<\/summary>/)
    assert.match(html, /line 199\n\n… 500 lines are left out here …\n\nline 700/)
    assert.match(html, /line 899/)
    const short = await render(
      block('tool Bash', 'build') + block('result', lines.split('\n').slice(0, 100).join('\n')),
    )
    assert.match(short, /Show all 100 lines/)
    const long = await render(block('tool Bash', 'build') + block('result', 'x'.repeat(50_000)))
    assert.equal(/… (.*) characters are left out here …/.exec(long)?.[1], '34,000')
  })
})

describe('stays code', () => {
  test('a block inside a list or a quote', async () => {
    const html = await render(
      `- a\n\n  ${block('tool Bash', '  ls').replaceAll('\n', '\n  ')}\n\n> \`\`\`thinking\n> a\n> \`\`\``,
    )
    assert.doesNotMatch(html, /class="step/)
    assert.equal(html.match(/class="code-block"/g)?.length, 2)
  })

  test('a block inside another', async () => {
    const html = await render(block('markdown', block('tool Bash', 'ls'), '````'))
    assert.doesNotMatch(html, /class="step/)
  })

  test('a block of another name', async () => {
    for (const info of ['tool', 'tools a', 'results', 'result of it', 'thinking hard', 'toolbox x']) {
      assert.doesNotMatch(await render(block(info, 'a')), /class="step/, info)
    }
  })
})

describe('excerpts leave out', () => {
  test('tools, results and thoughts, however long', () => {
    const long = block('tool Bash', 'ls') + block('result', 'x\n'.repeat(50_000))
    assert.equal(plainExcerpt(`${block('thinking', 'Hm.')}${long}The *answer*.`, 100), 'The answer.')
    assert.equal(textWithoutSteps(`a\n\n${long}b`).replaceAll('\n', ''), 'ab')
  })

  test('the empty lines between them, so that the answer after a thousand calls counts as short', () => {
    const calls = (block('tool Bash', 'ls') + block('result', 'a')).repeat(1_000)
    assert.equal(textWithoutSteps(`Before.\n\n${calls}The answer.`).trim(), 'Before.\n\n\n\nThe answer.')
  })

  test('no code, also where it tells of tools', () => {
    const nested = block('md', block('tool a', 'b'), '````')
    assert.equal(textWithoutSteps(nested), nested)
    const unclosed = 'a\n\n```tool x\nb'
    assert.equal(textWithoutSteps(unclosed), 'a\n\n')
    assert.equal(textWithoutSteps(`${block('tool x', '```', '~~~')}c`).trim(), 'c')
  })
})
