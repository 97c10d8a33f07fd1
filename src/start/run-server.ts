import cluster from 'node:cluster'

/**
 * Runs the server in this process, or in several that share the port.
 *
 * @param workers how many processes; undefined for this one
 */
export async function runServer(workers: number | undefined): Promise<void> {
  // A worker is started with the arguments of the process that started it.
  if (workers === undefined || cluster.isWorker) {
    const { serve } = await import('./serve.ts')
    await serve()
  } else {
    const { runWorkers } = await import('./run-workers.ts')
    await runWorkers(workers)
  }
}

/** Reads how many worker processes are asked for. @returns undefined for what is no number from 1 to 256 */
export function readWorkerCount(text: string): number | undefined {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0
  return count >= 1 && count <= 256 ? count : undefined
}
