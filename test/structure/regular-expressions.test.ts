import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { parseAst } from 'rolldown/parseAst'
import { toWorkedMs } from '../../src/rendering/worked-time.ts'

/** A regular expression as it stands in the sources. */
type Found = { readonly file: string; readonly source: string; readonly flags: string }
/** What the thread tells after each text: the expression that it is at, and how long it has worked. */
type Done = { readonly index: number; readonly used: NodeJS.CpuUsage }

/** How long a hostile text is: what takes quadratic time takes 1,800,000,000 steps for it, the rest 60,000. */
const hostileLength = 60_000
/** Of work on each hostile text, of which the innocent take a millisecond. */
const patienceMs = 1000

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

/** Whether it repeats anything: what doesn't looks at each character once for each of its own. */
function repeats({ source }: Found): boolean {
  return /[*+{]/.test(source.replace(/\\[pP]\{[^}]*\}|\\.|\[(?:\\.|[^\]\\])*\]/gs, ''))
}

/** Each once, wherever else it stands, too. */
function withoutRepeated(expressions: readonly Found[]): Found[] {
  return [...new Map(expressions.map((one) => [`/${one.source}/${one.flags}`, one])).values()]
}

/** Runs in a thread, so that it can be stopped. */
function tryExpressions(
  parentPort: { postMessage: (done: Done) => void },
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
          parentPort.postMessage({ index, used: process.threadCpuUsage() })
        }
      }
    }
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    parentPort.postMessage({ index: index + 1, used: process.threadCpuUsage() })
  }
}

/** The expressions that run out of patience, each in a thread that is then stopped. */
async function slowAmong(expressions: readonly Found[]): Promise<Found[]> {
  const slow: Found[] = []
  for (let first = 0; first < expressions.length;) {
    const code = `const { parentPort, workerData } = require('node:worker_threads'); (${tryExpressions.toString()})(parentPort, workerData)`
    const worker = new Worker(code, { eval: true, workerData: { expressions, first, length: hostileLength } })
    const stoppedAt = await new Promise<number>((resolve, reject) => {
      let last: Done = { index: first, used: { user: 0, system: 0 } }
      worker.on('message', (done: Done) => {
        last = done
        if (done.index === expressions.length) resolve(done.index)
      })
      worker.on('error', reject)
      // By its work: on a busy machine it may have to wait for a processor.
      const look = async (): Promise<void> => {
        const at = last
        const used = toWorkedMs(await worker.cpuUsage())
        if (at === last && used - toWorkedMs(at.used) > patienceMs) resolve(at.index)
        else timer.refresh()
      }
      const timer = setTimeout(() => void look().catch(reject), patienceMs / 4)
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
  { timeout: 600_000 },
  async () => {
    const all = [...filesUnder('src'), ...filesUnder('web')].flatMap(expressionsIn)
    const onAnyText = all.filter((one) => repeats(one) && !Object.hasOwn(onShortText, shown(one)))
    const expressions = withoutRepeated(onAnyText)
    assert.ok(expressions.length > 300)
    assert.deepEqual((await slowAmong(expressions)).map(shown), [])
  },
)

test('a regular expression that takes quadratic or cubic time is found out', async () => {
  const slow = await slowAmong([
    { file: 'planted.ts', source: String.raw`\s+$`, flags: '' },
    { file: 'planted.ts', source: String.raw`^[*_>\s-]*model[*_]*:[*_]*\s*(.*?)[*_\s]*$`, flags: 'i' },
    { file: 'planted.ts', source: String.raw`^\s+$`, flags: '' },
  ])
  assert.deepEqual(
    slow.map(({ source }) => source),
    [String.raw`\s+$`, String.raw`^[*_>\s-]*model[*_]*:[*_]*\s*(.*?)[*_\s]*$`],
  )
})
