/**
 * Runs the server and the owner's app for development: the server starts again when anything of it changes, the
 * styles and scripts of its pages too, and open pages reload; the app's own changes come in place. Open the address
 * that is printed; what isn't the app's goes on to the server. Pages of chats are kept: after a change of what is
 * in them raise PAGE_VERSION or RENDERER_VERSION, or open another chat.
 *
 * Usage: npm run dev
 *   DEV_PORT  where to open it, 5173 unless said
 *   /mails    shows what mail was sent, and what every mail looks like; none leaves, unless SMTP_URL is set
 *   PORT      of the server itself, 3000 unless said; other settings as for `npm start`, but emails count unverified
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { watch } from 'node:fs'
import { setInterval } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createServer, type ProxyOptions } from 'vite'
import { startDevMail } from './dev-mail.ts'

/** An editor saves in several steps, a change of branches in many. */
const SETTLED_AFTER_MS = 150

/** At the end of the server's pages, whose policy allows it: Vite's part in the browser. */
const RELOADING = '<script type="module" src="/@vite/client"></script>'

const port = process.env['PORT'] || '3000'
const devPort = Number(process.env['DEV_PORT'] || 5173)

const mail = await startDevMail()
let server = startServer()
let isStopping = false
let changing: NodeJS.Timeout | undefined

function startServer(): ChildProcess {
  const child = spawn(process.execPath, ['src/main.ts'], {
    stdio: 'inherit',
    env: {
      UNVERIFIED_EMAILS: 'trust',
      ...(process.env['SMTP_URL'] ? {} : mail.env),
      ...process.env,
      HOST: '127.0.0.1',
      PORT: port,
    },
  })
  child.on('exit', (code) => {
    if (code) process.stderr.write('The server ended. It starts again when its code changes.\n')
  })
  return child
}

async function restart(changed: string): Promise<void> {
  process.stderr.write(`src/${changed} changed: starting the server again\n`)
  await end(server)
  if (isStopping) return
  server = startServer()
  if (await answers(server)) app.ws.send({ type: 'full-reload' })
}

/** Waits for a server that has just been started; false if it ends instead, or another took its place. */
async function answers(started: ChildProcess): Promise<boolean> {
  for await (const _ of setInterval(SETTLED_AFTER_MS)) {
    if (started !== server || hasEnded(started)) break
    const health = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined)
    if (health?.ok) return true
  }
  return false
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

const target: ProxyOptions = {
  target: `http://127.0.0.1:${port}`,
  // Requests keep their Host, so that the server's check of origins meets what the browser means.
  changeOrigin: false,
  selfHandleResponse: true,
  configure(proxy) {
    proxy.on('proxyReq', (request) => request.removeHeader('accept-encoding'))
    proxy.on('proxyRes', (answer, _request, response) => {
      const { 'content-length': length, ...headers } = answer.headers
      const isPage = headers['content-type']?.startsWith('text/html') ?? false
      if (!isPage && length !== undefined) headers['content-length'] = length
      response.writeHead(answer.statusCode ?? 502, headers)
      answer.pipe(response, { end: false })
      answer.on('end', () => response.end(isPage ? RELOADING : undefined))
    })
  },
}
const app = await createServer({
  configFile: fileURLToPath(new URL('../web/vite.config.ts', import.meta.url)),
  plugins: [
    {
      name: 'mails',
      configureServer: ({ middlewares }) => {
        middlewares.use((request, response, next) => {
          if (/^\/mails(\/|$)/.test(request.url ?? '')) mail.answer(request, response)
          else next()
        })
      },
    },
  ],
  server: {
    host: '127.0.0.1',
    port: devPort,
    strictPort: true,
    proxy: {
      '^/(api|shared|page-assets|docs|sign-in|sign-up|sign-out|confirm-email|openapi.json|health|livez|readyz|metrics)(/|$|\\?)':
        target,
    },
  },
})
await app.listen()
app.printUrls()

// Not `node --watch`, which sees what is imported and nothing that is read.
watch('src', { recursive: true }, (_event, file) => {
  if (file === null || file.endsWith('.test.ts')) return
  clearTimeout(changing)
  changing = setTimeout(() => void restart(file), SETTLED_AFTER_MS)
})

async function stop(): Promise<void> {
  isStopping = true
  mail.close()
  await Promise.all([end(server), app.close()])
  process.exit(0)
}
process.on('SIGINT', () => void stop())
process.on('SIGTERM', () => void stop())
