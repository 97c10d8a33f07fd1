import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { ImportError } from '../../src/importing/imported-chat.ts'
import { importBytes } from '../kit/importing.ts'

/** Words that each stand in what one side says, so that a message with both is a mix of two speakers. */
const ofUser = 'qqUSERqq'
const ofAssistant = 'zzANSWERzz'

/** No file here is larger than some kilobytes: whatever takes this long hangs. */
const patienceMs = 5000

type Random = (below: number) => number

/** mulberry32: the same runs for the same seed. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

const folder = new URL('../fixtures/importing/', import.meta.url)

/** The fixtures, with what each side says marked where it is one of the usual sentences. */
function originals(): { name: string; text: string; isMarked: boolean }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:json|jsonl|md|txt|html)$/.test(name))
    .map((name) => {
      const text = readFileSync(new URL(name, folder), 'utf8')
      const marked = text
        .replaceAll('Why does the cache never expire?', `Why ${ofUser}?`)
        .replaceAll('How do I test it?', `How ${ofUser}?`)
        .replaceAll('The clock is read once, at the start.', `The clock ${ofAssistant}.`)
        .replaceAll('Freeze the time and move it on by hand.', `Freeze ${ofAssistant}.`)
      return { name, text: marked, isMarked: marked.includes(ofUser) && marked.includes(ofAssistant) }
    })
}

const names = [
  'User',
  'Assistant',
  'Zorp',
  'Ada',
  'ChatGPT',
  'Cursor',
  'system',
  'Sie sagten',
  'gpt-5-mini',
  '',
  'Bob: x',
  '用户',
]
const scraps = [
  '```',
  '---',
  '**',
  '## ',
  '{',
  '}',
  '[',
  ']',
  '"',
  ':',
  '\\',
  '\r',
  '\ufeff',
  '\0',
  '<',
  '>',
  '_',
  '\u2028',
  'null',
  '1e999',
  '{"role":"user"}',
  '\n\n',
  '~~~',
  '# ',
  '> ',
  '**User:** ',
]

/** Changes that leave it clear who says what: who is called what, whitespace, line ends, order of nothing. */
const gentle: readonly ((text: string, random: Random) => string)[] = [
  (text, random) =>
    text.replaceAll(
      /\b(?:Cursor|Agent|Le Chat|Microsoft Copilot|DeepSeek-R1|Claude-Opus-4\.5|GPT-4o)\b/g,
      names[random(3) + 2] ?? '',
    ),
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => `\ufeff${text}`,
  (text) => `\n\n${text}\n\n`,
  (text, random) => text.replaceAll('\n---\n', ['\n***\n', '\n', '\n___\n'][random(3)] ?? ''),
  (text, random) =>
    text.replaceAll(
      `${ofAssistant}.`,
      `${ofAssistant}.\\n\\n${['- a', '1. b', 'Note: c', '### Part', '**Bold**'][random(5)] ?? ''}`.replaceAll(
        '\\n',
        text.startsWith('{') || text.startsWith('[') ? '\\n' : '\n',
      ),
    ),
]

const rough: readonly ((text: string, random: Random) => string)[] = [
  (text, random) => text.slice(0, random(text.length)),
  (text, random) => splice(text, random(text.length), random(20), ''),
  (text, random) => splice(text, random(text.length), 0, scraps[random(scraps.length)] ?? ''),
  (text, random) => splice(text, random(text.length), 1, String.fromCharCode(random(0x250))),
  (text, random) => text + text.slice(random(text.length)),
  (text, random) => shuffled(text, random),
  (text, random) =>
    text.replaceAll(/"(?:role|sender|from|author)": ?"\w+"/g, (found) =>
      random(3) === 0 ? `"role":"${names[random(names.length)] ?? ''}"` : found,
    ),
  (text, random) => text.replaceAll(/\d{10,13}/g, () => ['0', '-1', '"x"', 'null', '1e30'][random(5)] ?? ''),
  (text, random) =>
    text.replaceAll(/"(\w+)":/g, (found, field: string) => (random(25) === 0 ? `"${field}x":` : found)),
  (text, random) => text.repeat(1 + random(3)),
]

function splice(text: string, at: number, length: number, inserted: string): string {
  return text.slice(0, at) + inserted + text.slice(at + length)
}

function shuffled(text: string, random: Random): string {
  const lines = text.split('\n')
  const [from, to] = [random(lines.length), random(lines.length)]
  lines.splice(to, 0, ...lines.splice(from, 1 + random(3)))
  return lines.join('\n')
}

export type FuzzResult = { imported: number; refused: number; slowest: number }

/** @throws AssertionError that names run, file and seed where one of the promises is broken */
export async function fuzzImports(runs: number, seed: number): Promise<FuzzResult> {
  const random = randomFrom(seed)
  const files = originals()
  const result: FuzzResult = { imported: 0, refused: 0, slowest: 0 }
  for (let run = 0; run < runs; run++) {
    const file = files[random(files.length)]
    if (file === undefined) continue
    const isGentle = random(3) === 0
    const kinds = isGentle ? gentle : rough
    let { text } = file
    for (let changes = 1 + random(3); changes > 0; changes--)
      text = kinds[random(kinds.length)]?.(text, random) ?? text
    const told = `run ${run} of seed ${seed}, ${file.name}:\n${text.slice(0, 3000)}`
    const begun = performance.now()
    try {
      const { chats, failed } = await importBytes(
        text,
        { includeTools: run % 2 === 0, fileName: file.name },
        1 + random(5000),
      )
      result.imported += chats.length
      for (const { title, reason } of failed) assert.ok(title !== '' && /^[A-Z].*\.$/s.test(reason), told)
      for (const { messages } of chats) {
        assert.ok(messages.length > 0, told)
        if (isGentle && file.isMarked) for (const { content } of messages) assertUnmixed(content, told)
      }
    } catch (error) {
      if (!(error instanceof ImportError)) throw new Error(told, { cause: error })
      assert.match(error.message, /^[A-Z].*\.$/s, told)
      result.refused++
    }
    const took = Math.round(performance.now() - begun)
    assert.ok(took < patienceMs, `took ${took} ms, ${told}`)
    result.slowest = Math.max(result.slowest, took)
  }
  return result
}

function assertUnmixed(content: string, told: string): void {
  assert.ok(
    !(content.includes(ofUser) && content.includes(ofAssistant)),
    `two speakers in one message, ${told}`,
  )
}
