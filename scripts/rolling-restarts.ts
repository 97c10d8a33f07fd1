/**
 * Restarts two servers one after the other, again and again, behind each of the proxies that are installed (HAProxy,
 * nginx, Caddy), while readers and writers go on; counts requests that weren't answered as they should be, and looks
 * whether everything that was acknowledged is there. Not part of the tests: it needs the proxies of the system.
 *
 * Usage: npm run build && node scripts/rolling-restarts.ts [--rounds 8] [--kill 100] [haproxy nginx caddy]
 *
 *   --rounds N   rolling restarts for each proxy
 *   --kill N     then kills (SIGKILL) one of the two N times, with writers that try again, and compares
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { freePort } from '../test/kit/free-port.ts'
import { startPostgres } from '../test/kit/postgres.ts'
import { proxiesAt } from './behind-proxies/proxies.ts'
import { end, startServer } from './behind-proxies/servers.ts'
import { countMissing, openFront, shareChat, startTraffic } from './behind-proxies/traffic.ts'

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '8' }, kill: { type: 'string', default: '0' } },
  allowPositionals: true,
})
const BETWEEN_MS = 2000

const folder = mkdtempSync(join(tmpdir(), 'neptun-rolling-'))
const ports = { one: await freePort(), two: await freePort(), front: await freePort() }
const PROXIES = proxiesAt(ports, folder)
const front = openFront(ports.front)

const postgres = await startPostgres({ isDurable: true })
const children = new Set<ChildProcess>()
try {
  const chosen = positionals.length > 0 ? positionals : Object.keys(PROXIES)
  for (const name of chosen) await tryProxy(name)
} finally {
  for (const child of children) child.kill('SIGTERM')
  await postgres.remove()
  rmSync(folder, { recursive: true, force: true })
  front.close()
}

async function tryProxy(name: string): Promise<void> {
  const proxy = PROXIES[name]
  if (!proxy) throw new Error(`There is no proxy ${name}.`)
  const database = `rolling_${name}_${Date.now()}`
  await postgres.sql(`create database ${database}`)
  const url = postgres.url.replace(/[^/]+$/, `${database}?pool_size=4`)
  writeFileSync(join(folder, proxy.file), proxy.text)
  mkdirSync(join(folder, 'home'), { recursive: true })
  const servers = [
    await startServer(ports.one, url, ports.front),
    await startServer(ports.two, url, ports.front),
  ]
  for (const server of servers) children.add(server)
  const [program = '', ...args] = proxy.start
  const running = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, HOME: join(folder, 'home') },
    stdio: 'ignore',
  })
  children.add(running)
  await sleep(2000)

  const chat = await shareChat(front, `${name}@example.com`)

  const traffic = startTraffic(front, chat, false)
  const stops: number[] = []
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const index of [0, 1]) {
      await sleep(BETWEEN_MS)
      const server = servers[index]
      if (server) stops.push(await end(server, 'SIGTERM'))
      servers[index] = await startServer(index === 0 ? ports.one : ports.two, url, ports.front)
    }
  }
  await sleep(BETWEEN_MS)
  await traffic.stop()
  const missing = await countMissing(front, chat, traffic.acknowledged)
  console.log(
    `${name} (${versionOf(program)}): ${values.rounds} rolling restarts, ${traffic.counts.reads} reads and ${traffic.counts.writes} writes, ` +
      `${traffic.lost.length} lost, ${missing} acknowledged writes missing; a stop took ${Math.max(...stops).toFixed(1)} s at most`,
  )
  for (const lost of traffic.lost.slice(0, 10)) console.log(`  ${lost}`)
  if (name === 'nginx' && traffic.lost.length > 0)
    console.log(readFileSync(join(folder, 'nginx.log'), 'utf8').slice(-2000))

  const kills = Number(values.kill)
  if (kills > 0) {
    const rough = startTraffic(front, chat, true)
    for (let kill = 0; kill < kills; kill++) {
      await sleep(200 + Math.random() * 500)
      const index = kill % 2
      const server = servers[index]
      if (server) await end(server, 'SIGKILL')
      servers[index] = await startServer(index === 0 ? ports.one : ports.two, url, ports.front)
    }
    await rough.stop()
    const gone = await countMissing(front, chat, rough.acknowledged)
    console.log(
      `${name}: ${kills} kills, ${rough.acknowledged.length} acknowledged writes, ${gone} missing; ` +
        `${rough.lost.length} requests that were under way failed`,
    )
  }
  for (const child of servers) await end(child, 'SIGKILL')
  // Killed, nginx would leave its workers behind, which answer on.
  await end(running, 'SIGTERM')
}

function versionOf(program: string): string {
  const flag = program === 'caddy' ? 'version' : '-v'
  const text = execFileSync('sh', ['-c', `${program} ${flag} 2>&1`], { encoding: 'utf8' })
  return /\d+\.\d+[\w.]*/.exec(text)?.[0] ?? 'unknown version'
}
