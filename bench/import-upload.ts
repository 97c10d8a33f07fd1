import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signUp } from '../test/kit/client.ts'
import { chatGptExport } from './chatgpt-export.ts'
import { memoryOf, startService } from './processes.ts'

/**
 * How much memory the server takes while a large export is uploaded to it and stored, and how long that takes; then
 * the same once more, which adds nothing. The export is made on the fly and is never on disk. On Linux.
 *
 *     npm run bench:upload [MEGABYTES] [MESSAGES PER CHAT]
 *
 * 500 MB and 40 messages of about 2 kB by default.
 */
const megabytes = Number(process.argv[2] ?? 500)
const messagesPerChat = Number(process.argv[3] ?? 40)

const folder = await mkdtemp(join(tmpdir(), 'neptun-bench-'))
const service = await startService({
  databaseUrl: `file:${join(folder, 'neptun.db')}`,
  logFile: join(folder, 'log'),
})
try {
  const person = await signUp(service.url)
  console.log(`memory at rest: ${inMegabytes(memoryOf(service.pid).now)}`)
  for (const time of ['first', 'again']) {
    const start = performance.now()
    const answer = await fetch(`${service.url}${person.path('/imports')}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        cookie: [...person.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      body: ReadableStream.from(chatGptExport(megabytes * 1e6, messagesPerChat)),
      duplex: 'half',
    })
    const text = await answer.text()
    const seconds = (performance.now() - start) / 1000
    const counts = /"counts":(\{.*?\})/.exec(text)?.[1] ?? text.slice(0, 500)
    console.log(`${time}: ${answer.status} in ${seconds.toFixed(0)} s ${counts}`)
    console.log(`memory at most so far: ${inMegabytes(memoryOf(service.pid).most)}`)
  }
} finally {
  await service.stop()
  await rm(folder, { recursive: true })
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}
