import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startPostgres } from '../test/kit/postgres.ts'
import { type Server, startServer } from '../test/kit/start-server.ts'
import { attacks } from './heavy/attacks.ts'
import { liveBystander } from './heavy/bystander.ts'
import { startReader } from './heavy/measured-reader.ts'
import { makeWorld, manyAddresses, memoryOf } from './heavy/world.ts'

const usage = `Lets a few accounts and strangers do all that is heavy, at random and several things at a time, to a server of
its own, while a reader reads and bystanders do ordinary things. Prints each half minute how long readers waited, what the
bystanders were refused, and the memory; ends with 1 when that was more than it may be. With --at-once 0 all is ordinary.

  node scripts/fuzz-accounts.ts [--minutes 2] [--postgres] [--at-once 3] [--bystanders 1] [--seed N]

TEST_BUILD=dist runs what is built. The seed is printed; the same seed chooses the same order.`

/** What it may come to, on a machine that does nothing else. */
const MOST_P99_MS = 1000
const MOST_MIB = 700
const REPORT_EVERY_MS = 30_000

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    postgres: { type: 'boolean', default: false },
    'at-once': { type: 'string', default: '3' },
    bystanders: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    help: { type: 'boolean', default: false },
  },
})
const minutes = Number(values.minutes)
const atOnce = Number(values['at-once'])
const bystanderCount = Number(values.bystanders)
let seed = Number(values.seed)

if (values.help || !(minutes > 0) || !(atOnce >= 0) || !(bystanderCount > 0) || !Number.isSafeInteger(seed)) {
  console.log(usage)
  process.exitCode = values.help ? 0 : 2
} else {
  const postgres = values.postgres ? await startPostgres({ isDurable: true }) : undefined
  if (postgres) process.env['TEST_DATABASE_URL'] = postgres.url
  console.log(
    `On ${postgres ? 'PostgreSQL' : 'SQLite'}, ${minutes} min, ${atOnce} at once, ${bystanderCount} bystanders, seed ${seed}`,
  )
  const server = await startServer({ env: manyAddresses })
  try {
    if (!(await fuzz(server))) process.exitCode = 1
  } finally {
    await server.close()
    await postgres?.remove()
  }
}

async function fuzz(server: Server): Promise<boolean> {
  const world = await makeWorld(server)
  const { small } = world
  const end = AbortSignal.timeout(minutes * 60_000)
  const reader = startReader({
    urls: [`${server.url}/api/shared/chats/${small.uuid}`, `${server.url}/shared/chats/${small.uuid}`],
  })
  const worlds = [world]
  while (worlds.length < bystanderCount) worlds.push(await makeWorld(server))
  const bystanders = worlds.map((one) => liveBystander(one, end))
  const attackers = Promise.all(Array.from({ length: atOnce }, () => attackOn()))
  const held: number[] = []
  let isFine = true
  while (!end.aborted) {
    await sleep(REPORT_EVERY_MS, undefined, { signal: end }).catch(() => undefined)
    const read = await reader.report()
    const { now, most } = memoryOf(server)
    const refused = Object.assign({ ...read.failures }, ...bystanders.map((one) => one.refused)) as object
    const done = bystanders.reduce((sum, one) => sum + one.done, 0)
    held.push(now)
    console.log(
      `readers ${read.count}, p50 ${Math.round(read.p50)} ms, p99 ${Math.round(read.p99)} ms, most ${Math.round(read.most)} ms; ` +
        `bystanders did ${done}; refused ${JSON.stringify(refused)}; ` +
        `memory ${Math.round(now)} MiB, at most ${Math.round(most)}`,
    )
    isFine &&= read.p99 <= MOST_P99_MS && most <= MOST_MIB && Object.keys(refused).length === 0
  }
  await Promise.all([attackers, ...bystanders.map(({ ended }) => ended)])
  reader.stop()
  const third = Math.ceil(held.length / 3)
  console.log(
    `Memory: ${most(held.slice(0, third))} MiB in the first third, ${most(held.slice(-third))} in the last`,
  )
  const failed = server.logs().filter(({ level }) => Number(level) >= 50)
  for (const line of failed.slice(0, 10)) console.log(JSON.stringify(line))
  console.log(`${failed.length} errors in the log. ${isFine ? 'Nobody was harmed.' : 'Somebody was harmed.'}`)
  return isFine

  async function attackOn(): Promise<void> {
    while (!end.aborted) {
      const attack = attacks[Math.floor(random() * attacks.length)]
      const ms = Math.round(2000 + random() * 15_000)
      const told = await attack
        ?.prepare(world)
        .then((act) => act(AbortSignal.any([end, AbortSignal.timeout(ms)])))
        .catch(String)
      console.log(`  ${attack?.name}: ${told}`)
    }
  }
}

function most(mebibytes: readonly number[]): number {
  return Math.round(Math.max(...mebibytes))
}

/** xorshift: `Math.random` knows no seed. */
function random(): number {
  seed ^= seed << 13
  seed ^= seed >>> 17
  seed ^= seed << 5
  return (seed >>> 0) / 2 ** 32
}
