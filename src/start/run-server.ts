import cluster from 'node:cluster'

/** How the server may be told to serve, besides its settings in the environment. */
export const SERVE_OPTIONS = {
  host: { type: 'string' },
  port: { type: 'string' },
  workers: { type: 'string' },
} as const

export const SERVE_HELP = `  --host NAME   address to listen on; else HOST, else 127.0.0.1
  --port N      port to listen on; else PORT, else 3000; 0 takes a free one
  --workers N   serve from N processes that share the port, one for each processor core at most; 1 to 256
`

/**
 * Reads the options, and sets what the configuration takes from the environment.
 *
 * @returns how many worker processes are asked for; undefined when this one shall serve
 * @throws Error that says what is wrong
 */
export function readServeOptions({
  host,
  port,
  workers,
}: {
  readonly [name in keyof typeof SERVE_OPTIONS]?: string | undefined
}): number | undefined {
  // Its primary process has read them, and found a port.
  if (cluster.isWorker) return undefined
  if (host !== undefined) process.env['HOST'] = host
  if (port !== undefined) {
    if (wholeNumber(port, 0, 65_535) === undefined) throw new Error('--port takes a number from 0 to 65535.')
    process.env['PORT'] = port
  }
  if (workers === undefined) return undefined
  const count = wholeNumber(workers, 1, 256)
  if (count === undefined) throw new Error('--workers takes a number from 1 to 256.')
  return count
}

function wholeNumber(text: string, least: number, most: number): number | undefined {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  return value >= least && value <= most ? value : undefined
}

/**
 * Runs the server in this process, or in several that share the port.
 *
 * @param workers how many processes; undefined for this one
 */
export async function runServer(workers: number | undefined): Promise<void> {
  if (workers === undefined || cluster.isWorker) {
    const { serve } = await import('./serve.ts')
    await serve()
  } else {
    const { runWorkers } = await import('./run-workers.ts')
    await runWorkers(workers)
  }
}
