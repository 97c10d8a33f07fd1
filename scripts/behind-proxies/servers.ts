import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

/** Starts the server that is built, and waits until it is ready. @param front the port of what is in front of it */
export async function startServer(port: number, url: string, front: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['dist/main.js'], {
    env: {
      ...process.env,
      PORT: String(port),
      DATABASE_URL: url,
      TRUST_PROXY: '1',
      PUBLIC_URL: `http://127.0.0.1:${front}`,
      LOG_LEVEL: 'fatal',
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
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number> {
  const began = performance.now()
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
  return (performance.now() - began) / 1000
}
