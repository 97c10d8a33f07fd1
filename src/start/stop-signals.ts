import cluster from 'node:cluster'

/** What asks a process to stop: a service manager, Ctrl+C, a terminal that is closed, Ctrl+\. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const
/** A terminal tells npm, its command and the command's workers at once, and each of them tells the next again. */
const SAME_WITHIN_MS = 1000
const LOOK_AFTER_PARENT_MS = 500
/** Its id, set by a process that started this one only to wait for it. */
const STARTED_FOR = 'NEPTUN_SHARE_STARTED_FOR'

/**
 * Calls `stop` when this process is told to stop, or when the one that stands for it is gone: npm and the command on
 * another Node wait for this process, and whoever ends them by force means this one. A worker stops with its primary.
 *
 * @param again called when it is told once more, later than that happens by itself
 */
export function onStop(stop: (reason: string) => void, again: () => void = () => undefined): void {
  let askedAt: number | undefined

  function ask(reason: string): void {
    const now = performance.now()
    if (askedAt === undefined) {
      askedAt = now
      stop(reason)
    } else if (now - askedAt > SAME_WITHIN_MS && !cluster.isWorker) again()
  }

  for (const signal of SIGNALS) process.on(signal, ask)
  if (cluster.worker) stopWithPrimary(cluster.worker, () => ask('the primary process is gone'))
  else watchParent(() => ask('the process that stood for this one is gone'))
}

/** A worker would end at once without its primary, in the middle of what it answers. */
function stopWithPrimary(worker: NonNullable<typeof cluster.worker>, ask: () => void): void {
  // What is said to a primary that is gone fails; the end of the channel says it too.
  process.on('error', () => undefined)
  worker.once('disconnect', () => {
    worker.exitedAfterDisconnect = true
    ask()
  })
}

function watchParent(ask: () => void): void {
  const { npm_lifecycle_event: npmScript, [STARTED_FOR]: startedFor } = process.env
  if (npmScript === undefined && startedFor === undefined) return
  const parent = startedFor === undefined ? process.ppid : Number(startedFor)
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    ask()
  }, LOOK_AFTER_PARENT_MS).unref()
}
