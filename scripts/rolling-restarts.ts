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
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { freePort } from '../test/kit/free-port.ts'
import { startPostgres } from '../test/kit/postgres.ts'

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '8' }, kill: { type: 'string', default: '0' } },
  allowPositionals: true,
})
const READERS = 8
const WRITERS = 4
const BETWEEN_MS = 2000

const folder = mkdtempSync(join(tmpdir(), 'neptun-rolling-'))
const [one, two, front] = [await freePort(), await freePort(), await freePort()]

/** Configurations as docs/OPERATIONS.md has them, without TLS. */
const PROXIES: Record<string, { readonly file: string; readonly text: string; readonly start: string[] }> = {
  haproxy: {
    file: 'haproxy.cfg',
    text: `defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  timeout check 2s
  option redispatch
  retries 3
  option forwardfor
frontend front
  bind 127.0.0.1:${front}
  default_backend neptun
backend neptun
  balance roundrobin
  option httpchk GET /readyz
  default-server check inter 1s fall 2 rise 1
  server one 127.0.0.1:${one}
  server two 127.0.0.1:${two}
`,
    start: ['haproxy', '-db', '-f', 'haproxy.cfg'],
  },
  nginx: {
    file: 'nginx.conf',
    text: `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log; worker_processes 1;
events {}
http {
  access_log off;
  upstream neptun {
    server 127.0.0.1:${one} max_fails=1 fail_timeout=1s;
    server 127.0.0.1:${two} max_fails=1 fail_timeout=1s;
    keepalive 32;
    keepalive_timeout 2s;
  }
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server {
    listen 127.0.0.1:${front};
    location / {
      proxy_pass http://neptun;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_next_upstream error timeout;
      proxy_next_upstream_tries 2;
    }
  }
}
`,
    start: ['nginx', '-p', folder, '-c', join(folder, 'nginx.conf')],
  },
  caddy: {
    file: 'Caddyfile',
    text: `{
	admin off
	auto_https off
}
http://127.0.0.1:${front} {
	reverse_proxy 127.0.0.1:${one} 127.0.0.1:${two} {
		health_uri /readyz
		health_interval 1s
		health_timeout 2s
		lb_try_duration 5s
		transport http {
			keepalive 2s
		}
	}
}
`,
    start: ['caddy', 'run', '--config', 'Caddyfile', '--adapter', 'caddyfile'],
  },
}

interface Answer {
  readonly status: number
  readonly body: string
  readonly cookies: readonly string[]
}

const agent = new Agent({ keepAlive: true, maxSockets: READERS + WRITERS })

/** @returns status 0 where there was no answer */
function ask(method: string, path: string, body?: unknown, cookie?: string): Promise<Answer> {
  return new Promise((resolve) => {
    const payload = body === undefined ? undefined : JSON.stringify(body)
    const headers = {
      ...(cookie === undefined ? {} : { cookie }),
      ...(payload === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
    }
    const asked = request({ agent, host: '127.0.0.1', port: front, method, path, headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => (text += part))
      const done = (status: number) =>
        resolve({ status, body: text, cookies: answer.headers['set-cookie'] ?? [] })
      answer.on('end', () => done(answer.statusCode ?? 0)).on('error', () => done(0))
    })
    asked.on('error', (error) => resolve({ status: 0, body: error.message, cookies: [] }))
    asked.end(payload)
  })
}

async function startServer(port: number, url: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['dist/main.js'], {
    env: {
      ...process.env,
      PORT: String(port),
      DATABASE_URL: url,
      TRUST_PROXY: '1',
      PUBLIC_URL: `http://127.0.0.1:${front}`,
      LOG_LEVEL: 'warn',
    },
    stdio: 'inherit',
  })
  for (let tries = 0; tries < 300; tries++) {
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (ready) return child
    await sleep(100)
  }
  throw new Error(`The server on ${port} is not ready.`)
}

/** @returns the seconds that it took to end */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number> {
  const began = performance.now()
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
  return (performance.now() - began) / 1000
}

interface Traffic {
  readonly counts: Record<'reads' | 'writes', number>
  readonly lost: string[]
  readonly acknowledged: string[]
  stop(): Promise<void>
}

/** @param tryAgain whether a write that failed is sent again, as after a kill */
function startTraffic(path: string, share: string, cookie: string, tryAgain: boolean): Traffic {
  const counts = { reads: 0, writes: 0 }
  const lost: string[] = []
  const acknowledged: string[] = []
  const load = { isOn: true }
  const read = async (): Promise<void> => {
    while (load.isOn) {
      const { status, body } = await ask('GET', `/api/shared/chats/${share}`)
      counts.reads++
      if (status !== 200) lost.push(`read ${status} ${body.slice(0, 80)}`)
      await sleep(5)
    }
  }
  const write = async (writer: number): Promise<void> => {
    for (let n = 0; load.isOn; n++) {
      const message = `w${writer}-${n}-${Date.now()}`
      const { status, body } = await ask('POST', path, { message, actor: 'user' }, cookie)
      counts.writes++
      if (status === 200) acknowledged.push(message)
      else {
        lost.push(`write ${status} ${body.slice(0, 80)}`)
        if (tryAgain) await sleep(50)
      }
      await sleep(20)
    }
  }
  const running = Promise.all([
    ...Array.from({ length: READERS }, read),
    ...Array.from({ length: WRITERS }, (_, writer) => write(writer)),
  ])
  return {
    counts,
    lost,
    acknowledged,
    async stop() {
      load.isOn = false
      await running
    },
  }
}

const postgres = await startPostgres({ isDurable: true })
const children = new Set<ChildProcess>()
try {
  const chosen = positionals.length > 0 ? positionals : Object.keys(PROXIES)
  for (const name of chosen) await tryProxy(name)
} finally {
  for (const child of children) child.kill('SIGTERM')
  await postgres.remove()
  rmSync(folder, { recursive: true, force: true })
  agent.destroy()
}

async function tryProxy(name: string): Promise<void> {
  const proxy = PROXIES[name]
  if (!proxy) throw new Error(`There is no proxy ${name}.`)
  const database = `rolling_${name}_${Date.now()}`
  await postgres.sql(`create database ${database}`)
  const url = postgres.url.replace(/[^/]+$/, `${database}?pool_size=4`)
  writeFileSync(join(folder, proxy.file), proxy.text)
  mkdirSync(join(folder, 'home'), { recursive: true })
  const servers = [await startServer(one, url), await startServer(two, url)]
  for (const server of servers) children.add(server)
  const [program = '', ...args] = proxy.start
  const running = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, HOME: join(folder, 'home') },
    stdio: 'ignore',
  })
  children.add(running)
  await sleep(2000)

  const signedUp = await ask('POST', '/api/auth/sign-up', {
    email: `${name}@example.com`,
    password: 'correct horse',
  })
  const cookie = signedUp.cookies.map((set) => set.split(';')[0]).join('; ')
  const chat = JSON.parse((await ask('POST', '/api/users/1/chats', { model: 'm', name }, cookie)).body) as {
    chat: { id: number }
  }
  const path = `/api/users/1/chats/${chat.chat.id}/messages`
  const sharing = await ask('POST', `/api/users/1/chats/${chat.chat.id}/shares`, {}, cookie)
  const { share } = JSON.parse(sharing.body) as { share: { uuid: string } }

  const traffic = startTraffic(path, share.uuid, cookie, false)
  const stops: number[] = []
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const index of [0, 1]) {
      await sleep(BETWEEN_MS)
      const server = servers[index]
      if (server) stops.push(await end(server, 'SIGTERM'))
      servers[index] = await startServer(index === 0 ? one : two, url)
    }
  }
  await sleep(BETWEEN_MS)
  await traffic.stop()
  const missing = await countMissing(path, cookie, traffic.acknowledged)
  console.log(
    `${name} (${versionOf(program)}): ${values.rounds} rolling restarts, ${traffic.counts.reads} reads and ${traffic.counts.writes} writes, ` +
      `${traffic.lost.length} lost, ${missing} acknowledged writes missing; a stop took ${Math.max(...stops).toFixed(1)} s at most`,
  )
  for (const lost of traffic.lost.slice(0, 10)) console.log(`  ${lost}`)
  if (name === 'nginx' && traffic.lost.length > 0)
    console.log(readFileSync(join(folder, 'nginx.log'), 'utf8').slice(-2000))

  const kills = Number(values.kill)
  if (kills > 0) {
    const rough = startTraffic(path, share.uuid, cookie, true)
    for (let kill = 0; kill < kills; kill++) {
      await sleep(200 + Math.random() * 500)
      const index = kill % 2
      const server = servers[index]
      if (server) await end(server, 'SIGKILL')
      servers[index] = await startServer(index === 0 ? one : two, url)
    }
    await rough.stop()
    const gone = await countMissing(path, cookie, rough.acknowledged)
    console.log(
      `${name}: ${kills} kills, ${rough.acknowledged.length} acknowledged writes, ${gone} missing; ` +
        `${rough.lost.length} requests that were under way failed`,
    )
  }
  for (const child of servers) await end(child, 'SIGKILL')
  // Killed, nginx would leave its workers behind, which answer on.
  await end(running, 'SIGTERM')
}

async function countMissing(path: string, cookie: string, acknowledged: readonly string[]): Promise<number> {
  const { status, body } = await ask('GET', path, undefined, cookie)
  if (status !== 200) throw new Error(`The messages can't be read: ${status}`)
  const { chatMessages } = JSON.parse(body) as { chatMessages: { content: string }[] }
  const present = new Set(chatMessages.map(({ content }) => content))
  return acknowledged.filter((message) => !present.has(message)).length
}

function versionOf(program: string): string {
  const flag = program === 'caddy' ? 'version' : '-v'
  const text = execFileSync('sh', ['-c', `${program} ${flag} 2>&1`], { encoding: 'utf8' })
  return /\d+\.\d+[\w.]*/.exec(text)?.[0] ?? 'unknown version'
}
