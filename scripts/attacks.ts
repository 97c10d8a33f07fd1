import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { forgetMostMemory } from '../bench/processes.ts'
import { startPostgres } from '../test/kit/postgres.ts'
import { startServer } from '../test/kit/start-server.ts'
import type { Attack } from './heavy/attack.ts'
import { attacks } from './heavy/attacks.ts'
import { type ReadingFigures, startReader } from './heavy/measured-reader.ts'
import { makeWorld, manyAddresses, memoryOf, type World } from './heavy/world.ts'

const usage = `Does to a server of its own what one account, or strangers, did to it before, and prints a table: how long
other readers wait undisturbed and beside it, whom else it harmed, and the most memory. For a quiet machine.

  node scripts/attacks.ts [--postgres] [--seconds 20] [WORD...]

The words choose attacks whose names have one of them. TEST_BUILD=dist measures what is built.`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    postgres: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '20' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help || !(Number(values.seconds) > 0)) {
  console.log(usage)
  process.exitCode = values.help ? 0 : 2
} else {
  const chosen = attacks.filter(
    ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
  )
  await run(chosen, Number(values.seconds) * 1000)
}

async function run(chosen: readonly Attack[], ms: number): Promise<void> {
  const postgres = values.postgres ? await startPostgres({ isDurable: true }) : undefined
  if (postgres) process.env['TEST_DATABASE_URL'] = postgres.url
  console.log(`On ${postgres ? 'PostgreSQL' : 'SQLite'}, ${values.seconds} s each\n`)
  console.log(
    '| attack | before | readers p99, undisturbed | beside it: p99, most | readers refused | memory | what became of it |',
  )
  console.log('| --- | --- | --- | --- | --- | --- | --- |')
  try {
    for (const attack of chosen) console.log(await rowOf(attack, ms))
  } finally {
    await postgres?.remove()
  }
}

async function rowOf(attack: Attack, ms: number): Promise<string> {
  const server = await startServer({ env: manyAddresses })
  try {
    return await measure(attack, await makeWorld(server), ms)
  } finally {
    await server.close()
  }
}

async function measure(attack: Attack, world: World, ms: number): Promise<string> {
  const { server, small } = world
  const attackNow = await attack.prepare(world)
  const reader = startReader({
    urls: [`${server.url}/api/shared/chats/${small.uuid}`, `${server.url}/shared/chats/${small.uuid}`],
  })
  try {
    await sleep(2000)
    await reader.report()
    await sleep(ms / 2)
    const alone = await reader.report()
    const before = memoryOf(server).now
    forgetMostMemory(server.pid)
    const ending = AbortSignal.timeout(ms)
    const [told] = await Promise.all([attackNow(ending).catch(String), sleep(ms)])
    const beside = await reader.report()
    const cells = [
      attack.name,
      attack.before,
      `${Math.round(alone.p99)} ms`,
      `${Math.round(beside.p99)} ms, ${Math.round(beside.most)} ms`,
      failuresOf(beside),
      `${Math.round(before)}, then ${Math.round(memoryOf(server).most)} MiB`,
      told,
    ]
    return `| ${cells.join(' | ')} |`
  } finally {
    reader.stop()
  }
}

function failuresOf({ count, failures }: ReadingFigures): string {
  const told = Object.entries(failures).map(([failure, times]) => `${times} × ${failure}`)
  return `${told.length === 0 ? 0 : told.join(', ')} of ${count}`
}
