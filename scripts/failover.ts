/**
 * Kills the primary of a synchronous pair of PostgreSQL servers again and again, lets the standby take its place, and then
 * the standby of the new pair, while two servers behind HAProxy are read and written to. Looks whether everything that was
 * acknowledged is there, and how long nothing was read. Not part of the tests: it needs the system's PostgreSQL and HAProxy.
 *
 * Usage: npm run build && node scripts/failover.ts [--rounds 5] [--programs /usr/lib/postgresql/15/bin]
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs, promisify } from 'node:util'
import { freePort } from '../test/kit/free-port.ts'
import { runSql } from '../test/kit/postgres.ts'
import { proxiesAt } from './behind-proxies/proxies.ts'
import { startServer } from './behind-proxies/servers.ts'
import { countMissing, openFront, shareChat, startTraffic, type Traffic } from './behind-proxies/traffic.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, programs: { type: 'string' } },
})
const programs = values.programs ?? newestPrograms()
const execute = promisify(execFile)
const PHASE_MS = 4000
const NOTICED_AFTER_MS = 1000

const folder = mkdtempSync(join(tmpdir(), 'neptun-failover-'))
chmodSync(folder, 0o755)
const as = unprivileged()

/** One of the pair. */
interface Member {
  readonly name: string
  readonly data: string
  readonly port: number
  child: ChildProcess | undefined
}

function newestPrograms(): string {
  const versions = readdirSync('/usr/lib/postgresql').toSorted((a, b) => Number(b) - Number(a))
  return `/usr/lib/postgresql/${versions[0]}/bin`
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  return { uid: idOf('-u'), gid: idOf('-g') }
}

function idOf(flag: string): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }).trim())
}

async function run(program: string, args: readonly string[]): Promise<void> {
  await execute(join(programs, program), args, { ...as, cwd: '/' })
}

function urlOf({ port }: Member, database = 'neptun'): string {
  return `postgres://neptun@127.0.0.1:${port}/${database}`
}

async function start(member: Member): Promise<void> {
  const { data, port } = member
  const settings = ['-p', `${port}`, '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=']
  member.child = spawn(join(programs, 'postgres'), ['-D', data, ...settings], {
    ...as,
    cwd: '/',
    stdio: 'ignore',
    detached: true,
  })
  for (let tries = 0; tries < 300; tries++) {
    const isThere = await runSql(urlOf(member, 'postgres'), 'select 1').then(
      () => true,
      () => false,
    )
    if (isThere) return
    await sleep(100)
  }
  throw new Error(`PostgreSQL on ${port} doesn't answer.`)
}

/** Ends it in the middle of whatever it does, with all of its processes. */
async function kill({ child }: Member): Promise<void> {
  if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  const children = execFileSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' })
  for (const pid of [child.pid, ...children.trim().split('\n').map(Number)]) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
  await gone
}

/** Makes a member anew as the other's standby, for which commits wait. */
async function follow(standby: Member, primary: Member): Promise<void> {
  rmSync(standby.data, { recursive: true, force: true })
  const from = `host=127.0.0.1 port=${primary.port} user=neptun application_name=${standby.name}`
  await run('pg_basebackup', ['-D', standby.data, '-d', from, '-R', '-c', 'fast'])
  await start(standby)
  await waitFor(standby.name, primary)
}

/** @param standby for which commits wait; empty for none */
async function waitFor(standby: string, primary: Member): Promise<void> {
  await runSql(urlOf(primary), `alter system set synchronous_standby_names = '${standby}'`)
  await runSql(urlOf(primary), 'select pg_reload_conf()')
  if (standby === '') return
  for (let tries = 0; tries < 300; tries++) {
    const rows = await runSql(urlOf(primary), 'select sync_state from pg_stat_replication')
    if (rows.some(({ sync_state }) => sync_state === 'sync')) return
    await sleep(100)
  }
}

async function promote(member: Member): Promise<void> {
  await run('pg_ctl', ['promote', '-D', member.data, '-w'])
  await waitFor('', member)
}

interface Sum {
  reads: number
  writes: number
  acknowledged: string[]
  failedReads: number
  longestWithoutRead: number
}

const nothing = (): Sum => ({ reads: 0, writes: 0, acknowledged: [], failedReads: 0, longestWithoutRead: 0 })
const sums = { 'primary killed': nothing(), 'standby killed': nothing() }

async function during(phase: keyof typeof sums, traffic: Traffic): Promise<void> {
  await traffic.stop()
  const sum = sums[phase]
  sum.reads += traffic.counts.reads
  sum.writes += traffic.counts.writes
  sum.acknowledged.push(...traffic.acknowledged)
  sum.failedReads += traffic.lost.filter((what) => what.startsWith('read')).length
  sum.longestWithoutRead = Math.max(sum.longestWithoutRead, traffic.longestWithoutRead())
}

const children: ChildProcess[] = []
const a: Member = { name: 'a', data: join(folder, 'a'), port: await freePort(), child: undefined }
const b: Member = { name: 'b', data: join(folder, 'b'), port: await freePort(), child: undefined }
const ports = { one: await freePort(), two: await freePort(), front: await freePort() }
const front = openFront(ports.front)
try {
  await failOver()
} finally {
  front.close()
  for (const child of children) child.kill('SIGKILL')
  for (const member of [a, b]) await kill(member)
  rmSync(folder, { recursive: true, force: true })
}

async function failOver(): Promise<void> {
  for (const { data } of [a, b]) {
    mkdirSync(data)
    if (as) chownSync(data, as.uid, as.gid)
  }
  if (as) chownSync(folder, as.uid, as.gid)
  await run('initdb', ['-D', a.data, '-U', 'neptun', '--auth=trust', '--encoding=UTF8', '--locale=C'])
  await start(a)
  await runSql(urlOf(a, 'postgres'), 'create database neptun')
  await follow(b, a)

  const url = `postgres://neptun@127.0.0.1:${a.port},127.0.0.1:${b.port}/neptun?pool_size=5`
  for (const port of [ports.one, ports.two]) children.push(await startServer(port, url, ports.front))
  const { haproxy } = proxiesAt(ports, folder)
  if (!haproxy) throw new Error('HAProxy has no configuration.')
  writeFileSync(join(folder, haproxy.file), haproxy.text)
  const [program = '', ...args] = haproxy.start
  children.push(spawn(program, args, { cwd: folder, stdio: 'ignore' }))
  await sleep(2000)
  const chat = await shareChat(front, 'failover@example.com')

  let [primary, standby] = [a, b]
  for (let round = 0; round < Number(values.rounds); round++) {
    const through = startTraffic(front, chat, true)
    await sleep(PHASE_MS)
    await kill(primary)
    await sleep(NOTICED_AFTER_MS)
    await promote(standby)
    await sleep(PHASE_MS)
    await during('primary killed', through)
    ;[primary, standby] = [standby, primary]
    await follow(standby, primary)

    const alone = startTraffic(front, chat, true)
    await sleep(PHASE_MS)
    await kill(standby)
    await sleep(PHASE_MS)
    await follow(standby, primary)
    await sleep(PHASE_MS)
    await during('standby killed', alone)
  }
  for (const [phase, sum] of Object.entries(sums)) {
    const missing = await countMissing(front, chat, sum.acknowledged)
    console.log(
      `${phase} ${values.rounds} times: ${sum.acknowledged.length} acknowledged of ${sum.writes} writes, ${missing} of them missing; ` +
        `${sum.failedReads} of ${sum.reads} reads failed, none was answered for ${Math.round(sum.longestWithoutRead)} ms at most`,
    )
    if (missing > 0) process.exitCode = 1
  }
}
