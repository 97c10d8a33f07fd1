/**
 * Runs the server and the owner's app for development: the server starts again when anything of it changes, the
 * styles and scripts of its pages too; the app reloads in place. Open the address that is printed; what isn't the
 * app's goes on to the server.
 *
 * Usage: npm run dev
 *   DEV_PORT  where to open it, 5173 unless said
 *   PORT      of the server itself, 3000 unless said; other settings as for `npm start`
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { watch } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'

/** An editor saves in several steps, a change of branches in many. */
const SETTLED_AFTER_MS = 150

const port = process.env['PORT'] || '3000'
const devPort = Number(process.env['DEV_PORT'] || 5173)

let server = startServer()
let isStopping = false
let changing: NodeJS.Timeout | undefined

// Not `node --watch`, which sees what is imported and nothing that is read.
watch('src', { recursive: true }, (_event, file) => {
  if (file === null || file.endsWith('.test.ts')) return
  clearTimeout(changing)
  changing = setTimeout(() => void restart(file), SETTLED_AFTER_MS)
})

function startServer(): ChildProcess {
  const child = spawn(process.execPath, ['src/main.ts'], {
    stdio: 'inherit',
    env: { ...process.env, HOST: '127.0.0.1', PORT: port },
  })
  child.on('exit', (code) => {
    if (code) process.stderr.write('The server ended. It starts again when its code changes.\n')
  })
  return child
}

async function restart(changed: string): Promise<void> {
  process.stderr.write(`src/${changed} changed: starting the server again\n`)
  await end(server)
  if (!isStopping) server = startServer()
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

// Requests keep their Host, so that the server's check of origins meets what the browser means.
const target = { target: `http://127.0.0.1:${port}`, changeOrigin: false }
const app = await createServer({
  configFile: fileURLToPath(new URL('../web/vite.config.ts', import.meta.url)),
  server: {
    host: '127.0.0.1',
    port: devPort,
    strictPort: true,
    proxy: {
      '^/(api|shared|page-assets|docs|sign-in|sign-up|sign-out|openapi.json|health|metrics)(/|$|\\?)': target,
    },
  },
})
await app.listen()
app.printUrls()

async function stop(): Promise<void> {
  isStopping = true
  await Promise.all([end(server), app.close()])
  process.exit(0)
}
process.on('SIGINT', () => void stop())
process.on('SIGTERM', () => void stop())
