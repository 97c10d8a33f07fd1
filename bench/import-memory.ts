import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { importChats } from '../src/importing/import-chats.ts'

/**
 * How much memory the import of a large export takes. A second process makes a ChatGPT export on the fly (it is never
 * on disk) and pipes it here; printed are the peak resident memory of the importing process and the speed.
 *
 *     node bench/import-memory.ts [MEGABYTES] [MESSAGES PER CHAT]
 *
 * 500 MB and 40 messages of about 2 kB by default.
 */
const megabytes = Number(process.argv[2] ?? 500)
const messagesPerChat = Number(process.argv[3] ?? 40)

const words =
  'the quick brown fox jumps over a lazy dog while “curly quotes”, naïve umlauts and code like `x = 1`\n'

function conversation(number: number): string {
  const mapping: Record<string, unknown> = {
    root: { id: 'root', message: null, parent: null, children: ['n0'] },
  }
  for (let i = 0; i < messagesPerChat; i++) {
    mapping[`n${i}`] = {
      id: `n${i}`,
      parent: i === 0 ? 'root' : `n${i - 1}`,
      children: i + 1 < messagesPerChat ? [`n${i + 1}`] : [],
      message: {
        id: `n${i}`,
        author: { role: i % 2 === 0 ? 'user' : 'assistant', name: null, metadata: {} },
        create_time: 1_700_000_000.123 + i,
        content: {
          content_type: 'text',
          parts: [`${number}.${i} ${words.repeat(1 + ((number * 7 + i * 3) % 40))}`],
        },
        status: 'finished_successfully',
        metadata: { model_slug: 'gpt-4o', citations: [], content_references: [] },
        recipient: 'all',
      },
    }
  }
  return JSON.stringify({
    title: `Conversation ${number}`,
    create_time: 1_700_000_000.5,
    mapping,
    current_node: `n${messagesPerChat - 1}`,
    conversation_id: `conversation-${number}`,
  })
}

async function* exportOf(bytes: number): AsyncGenerator<Uint8Array> {
  let made = 0
  for (let number = 0; made < bytes; number++) {
    const text = Buffer.from((number === 0 ? '[' : ',') + conversation(number))
    made += text.length
    for (let at = 0; at < text.length; at += 65_536) yield text.subarray(at, at + 65_536)
  }
  yield Buffer.from(']')
}

async function makeExport(): Promise<void> {
  for await (const chunk of exportOf(megabytes * 1e6)) {
    if (!process.stdout.write(chunk)) await once(process.stdout, 'drain')
  }
}

async function measureImport(): Promise<void> {
  const resting = process.memoryUsage.rss()
  const maker = spawn(
    process.execPath,
    [import.meta.filename, String(megabytes), String(messagesPerChat), 'make'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const start = performance.now()
  let chats = 0
  let messages = 0
  let bytes = 0
  for await (const event of importChats(maker.stdout)) {
    if (event.kind === 'chat') {
      chats++
      messages += event.chat.messages.length
    } else if (event.kind === 'progress') bytes = event.bytes
    else throw new Error(JSON.stringify(event))
  }
  const seconds = (performance.now() - start) / 1000
  const { maxRSS, userCPUTime } = process.resourceUsage()
  console.log(`${(bytes / 1e6).toFixed(0)} MB, ${chats} chats, ${messages} messages`)
  console.log(
    `${(bytes / 1e6 / seconds).toFixed(0)} MB/s; ${(bytes / userCPUTime).toFixed(0)} MB per second of own processor time`,
  )
  console.log(
    `memory: ${(resting / 1e6).toFixed(0)} MB at rest, ${((maxRSS * 1024) / 1e6).toFixed(0)} MB at most`,
  )
}

await (process.argv[4] === 'make' ? makeExport() : measureImport())
