import { parseArgs } from 'node:util'
import { createVisitor } from '../test/kit/client.ts'
import { startServer } from '../test/kit/start-server.ts'
import { fuzz } from '../test/fuzz/fuzz.ts'

const usage = `Sends valid and hostile requests to every route of a server of its own, and stops at the first
answer that is a 5xx, has another error shape, or shows a stack, SQL or a path.

  node scripts/fuzz.ts [--requests 100000] [--seed N]

The seed is printed; the same seed makes the same requests.`

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    help: { type: 'boolean', default: false },
  },
})
const requests = Number(values.requests)
const seed = Number(values.seed)

if (values.help) {
  console.log(usage)
} else if (!Number.isSafeInteger(requests) || requests < 1 || !Number.isSafeInteger(seed)) {
  console.error(usage)
  process.exitCode = 2
} else {
  await run()
}

async function run(): Promise<void> {
  console.log(`${requests} requests, seed ${seed}`)
  const server = await startServer({
    env: {
      TRUST_PROXY: '1',
      UNVERIFIED_EMAILS: 'trust',
      SMTP_URL: 'smtp://127.0.0.1:1',
      MAIL_FROM: 'share@server.example',
    },
  })
  try {
    const report = await fuzz(server, { requests, seed, onProgress: showProgress })
    const health = await createVisitor(server.url).get('/health')
    if (health.status !== 200) throw new Error(`The server isn't healthy any more: ${health.text}`)
    const { succeeded, neverSucceeded } = report
    console.log(`\n${succeeded.size} routes succeeded at least once, ${neverSucceeded.size} never`)
    for (const route of neverSucceeded) console.log(`  ${route}`)
    for (const [status, count] of [...report.statuses].toSorted(([a], [b]) => a - b))
      console.log(`  ${status}  ${count}`)
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  } finally {
    await server.close()
  }
}

function showProgress(done: number): void {
  const width = 40
  const filled = Math.round((done / requests) * width)
  const bar = '█'.repeat(filled) + '░'.repeat(width - filled)
  if (process.stdout.isTTY) process.stdout.write(`\r${bar} ${done}/${requests}`)
  else if (done % 10_000 === 0) console.log(`${done}/${requests}`)
}
