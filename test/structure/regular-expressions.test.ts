import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { parseAst } from 'rolldown/parseAst'

/** A regular expression as it stands in the sources. */
type Found = { readonly file: string; readonly source: string; readonly flags: string }

/** How long a hostile text is: what takes quadratic time takes 5,000,000,000 steps for it, the rest 100,000. */
const hostileLength = 100_000
/** For each hostile text, of which the innocent take a millisecond; also on a machine with much else to do. */
const patienceMs = 3000

/** What takes more than linear time, but only ever sees a short text, each with what keeps it short. */
const onShortText: Readonly<Record<string, string>> = {
  'src/start/config.ts: /\\/\\/.*@/': 'a setting of the operator',
  'src/cli/server/server-address.ts: /\\/+$/': 'an argument of the command',
  'src/http/pages/without-comments.ts: /^\\s*\\/\\/.*$/gm': 'a file of ours',
  'src/http/pages/without-comments.ts: /^\\s*\\/\\*[^]*?\\*\\/$/gm': 'a file of ours',
  'src/http/pages/share/chat-file.ts: /@font-face\\s*\\{[^}]*\\}/g': 'a style sheet of ours',
  'src/rendering/math/render-tex.ts: /&[^;]*;|./gsu': 'what KaTeX makes of a formula, which has a limit',
  'src/rendering/math/render-tex.ts: /<(m[ion]|mtext)([^>]*) mathvariant="([a-z-]+)"([^>]*)>([^<]*)/g':
    'what KaTeX makes of a formula, which has a limit',
  'src/rendering/math/render-tex.ts: /<annotation[^>]*>[^<]*<\\/annotation>/g':
    'what KaTeX makes of a formula, which has a limit',
  'src/importing/text/private-traces.ts: /[\\\\/]+$/': 'a working directory, which a system keeps short',
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?<!\.d)\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .map((name) => join(folder, name))
}

function expressionsIn(file: string): Found[] {
  const found: Found[] = []
  const add = (source: string, flags: string): void => void found.push({ file, source, flags })
  const program: unknown = parseAst(readFileSync(file, 'utf8'), { lang: file.endsWith('x') ? 'tsx' : 'ts' })
  const open: unknown[] = [program]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node !== 'object' || node === null) continue
    const {
      type,
      regex,
      callee,
      arguments: given,
    } = node as {
      type?: string
      regex?: { pattern: string; flags: string }
      callee?: { name?: string }
      arguments?: { value?: unknown }[]
    }
    if (type === 'Literal' && regex) add(regex.pattern, regex.flags)
    if (type === 'NewExpression' && callee?.name === 'RegExp' && typeof given?.[0]?.value === 'string')
      add(given[0].value, typeof given[1]?.value === 'string' ? given[1].value : '')
    open.push(...Object.values(node).filter((value) => typeof value === 'object' && value !== null))
  }
  return found
}

function shown({ file, source, flags }: Found): string {
  return `${file}: /${source}/${flags}`
}

/** Runs in a thread, so that it can be stopped. */
function tryExpressions(
  parentPort: { postMessage: (index: number) => void },
  work: { expressions: Found[]; first: number; length: number },
): void {
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- its text goes into the thread with this function
  const samplesOf = (source: string): string[] => {
    const samples = new Set<string>(['a', ' ', '\n'])
    const classes: Record<string, string[]> = {
      s: [' ', '\t', '\n'],
      S: ['a'],
      w: ['a', '0'],
      d: ['0'],
      D: ['a'],
      W: [' '],
      b: [],
      B: [],
      n: ['\n'],
      t: ['\t'],
      r: ['\r'],
      p: ['a'],
      P: [' '],
    }
    let word = ''
    const endWord = (): void => {
      if (word !== '') samples.add(word)
      word = ''
    }
    const plain = source.replace(/\\[pP]\{[^}]*\}/g, '\\w').replace(/\(\?[:=!<]{1,2}|\{\d*,?\d*\}/g, ' \\B')
    for (let i = 0; i < plain.length; i++) {
      const sign = plain.charAt(i)
      if (sign === '\\') {
        const next = plain.charAt(++i)
        if (/[a-zA-Z]/.test(next)) {
          endWord()
          for (const sample of classes[next] ?? [next]) samples.add(sample)
        } else word += next
      } else if ('[](){}|*+?^$.'.includes(sign)) endWord()
      else word += sign
    }
    endWord()
    return [...samples].slice(0, 14)
  }
  for (const [index, { source, flags }] of work.expressions.entries()) {
    if (index < work.first) continue
    const expression = new RegExp(source, flags)
    const samples = samplesOf(source)
    // What has to stand in the text for the rest of the expression to be tried.
    const needed = source
      .replace(/\\[pP]\{[^}]*\}|\[(?:\\.|[^\]\\])*\]|\(\?[:=!<]*|\{\d*,?\d*\}/g, '')
      .replace(/\\[a-zA-Z]/g, '')
      .replace(/[\\()|*+?^$.]/g, '')
    for (const one of samples) {
      for (const other of ['', ...samples]) {
        const piece = one + other
        const run = piece.repeat(Math.ceil(work.length / piece.length))
        for (const beginning of new Set(['', samples[3] ?? '', needed])) {
          ;`${beginning}${run}\u0001`.replace(expression, '')
          // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
          parentPort.postMessage(index)
        }
      }
    }
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    parentPort.postMessage(index + 1)
  }
}

/** The expressions that run out of patience, each in a thread that is then stopped. */
async function slowAmong(expressions: readonly Found[], patience = patienceMs): Promise<Found[]> {
  const slow: Found[] = []
  for (let first = 0; first < expressions.length;) {
    const code = `const { parentPort, workerData } = require('node:worker_threads'); (${tryExpressions.toString()})(parentPort, workerData)`
    const worker = new Worker(code, { eval: true, workerData: { expressions, first, length: hostileLength } })
    const stoppedAt = await new Promise<number>((resolve, reject) => {
      let next = first
      let timer = setTimeout(() => resolve(next), patience)
      worker.on('message', (index: number) => {
        next = index
        clearTimeout(timer)
        timer = setTimeout(() => resolve(next), patience)
        if (next === expressions.length) resolve(next)
      })
      worker.on('error', reject)
    })
    await worker.terminate()
    const stuck = expressions[stoppedAt]
    if (stuck !== undefined) slow.push(stuck)
    first = stoppedAt + 1
  }
  return slow
}

test(
  'no regular expression takes more than linear time on hostile repetition',
  { timeout: 900_000 },
  async () => {
    const all = [...filesUnder('src'), ...filesUnder('web')].flatMap(expressionsIn)
    const expressions = all.filter((one) => !Object.hasOwn(onShortText, shown(one)))
    assert.ok(expressions.length > 100)
    assert.deepEqual((await slowAmong(expressions)).map(shown), [])
  },
)

test('a regular expression that takes quadratic or cubic time is found out', async () => {
  const slow = await slowAmong(
    [
      { file: 'planted.ts', source: String.raw`\s+$`, flags: '' },
      { file: 'planted.ts', source: String.raw`^[*_>\s-]*model[*_]*:[*_]*\s*(.*?)[*_\s]*$`, flags: 'i' },
      { file: 'planted.ts', source: String.raw`^\s+$`, flags: '' },
    ],
    3000,
  )
  assert.deepEqual(
    slow.map(({ source }) => source),
    [String.raw`\s+$`, String.raw`^[*_>\s-]*model[*_]*:[*_]*\s*(.*?)[*_\s]*$`],
  )
})
