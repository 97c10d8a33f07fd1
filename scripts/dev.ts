/**
 * Runs the server and the owner's app for development: the server starts again when its code changes, the app
 * reloads in place. Open the address that is printed; what isn't the app's goes on to the server.
 *
 * Usage: npm run dev
 *   DEV_PORT  where to open it, 5173 unless said
 *   PORT      of the server itself, 3000 unless said; other settings as for `npm start`
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'

const port = process.env['PORT'] || '3000'
const devPort = Number(process.env['DEV_PORT'] || 5173)

const server = spawn(process.execPath, ['--watch', '--watch-preserve-output', 'src/main.ts'], {
  stdio: 'inherit',
  env: { ...process.env, HOST: '127.0.0.1', PORT: port },
})

// Requests keep their Host, so that the server's check of origins meets what the browser means.
const target = { target: `http://127.0.0.1:${port}`, changeOrigin: false }
const app = await createServer({
  configFile: fileURLToPath(new URL('../web/vite.config.ts', import.meta.url)),
  server: {
    host: '127.0.0.1',
    port: devPort,
    strictPort: true,
    proxy: { '^/(api|shared|docs|sign-in|sign-up|sign-out|openapi.json|health|metrics)(/|$|\\?)': target },
  },
})
await app.listen()
app.printUrls()

function stop(): void {
  server.kill('SIGTERM')
  void app.close().then(() => process.exit(0))
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
server.on('exit', () => void app.close().then(() => process.exit(1)))
