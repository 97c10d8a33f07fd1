import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { importOffLoop } from '../src/actions/importing/import-off-loop.ts'
import { chatGptExport } from './chatgpt-export.ts'

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

async function makeExport(): Promise<void> {
  for await (const chunk of chatGptExport(megabytes * 1e6, messagesPerChat)) {
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
  for await (const event of importOffLoop(maker.stdout)) {
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
