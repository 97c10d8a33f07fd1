import cluster, { type Worker } from 'node:cluster'
import { setTimeout as sleep } from 'node:timers/promises'
import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue, type Registry } from 'prom-client'

const ANSWER_WITHIN_MS = 2000

type Metric = MetricObjectWithValues<MetricValue<string>>

/** What travels between a worker and the primary process about metrics. */
type Message =
  | { readonly neptun: 'sum-metrics'; readonly id: number }
  | { readonly neptun: 'metrics-sum'; readonly id: number; readonly text: string }
  | { readonly neptun: 'read-metrics'; readonly id: number }
  | { readonly neptun: 'metrics'; readonly id: number; readonly metrics: Metric[] }

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'neptun' in value
}

/**
 * In a worker: how to read the metrics of all workers, summed, in Prometheus' text format. The primary process asks
 * all of them, this one too.
 */
export function shareMetrics(registry: Registry): () => Promise<string> {
  const waiting = new Map<number, (text: string) => void>()
  let asked = 0
  process.on('message', (message) => {
    if (!isMessage(message)) return
    if (message.neptun === 'metrics-sum') {
      waiting.get(message.id)?.(message.text)
      waiting.delete(message.id)
    } else if (message.neptun === 'read-metrics') {
      void sendMetrics(registry, message.id)
    }
  })
  return () =>
    new Promise((resolve) => {
      const id = ++asked
      waiting.set(id, resolve)
      process.send?.({ neptun: 'sum-metrics', id } satisfies Message)
    })
}

async function sendMetrics(registry: Registry, id: number): Promise<void> {
  const metrics = await registry.getMetricsAsJSON()
  process.send?.({ neptun: 'metrics', id, metrics } satisfies Message)
}

/**
 * In the primary process: sums the workers' metrics for whichever worker is asked for them.
 *
 * @param own what this process counts itself
 */
export function sumMetrics(own: Registry): void {
  const rounds = new Map<number, (worker: Worker, metrics: Metric[]) => void>()
  /** what each worker counted when it was last asked */
  const latest = new Map<number, Metric[]>()
  /** what workers counted that are gone: a sum that falls would look like a restart */
  let ofTheDead: Metric[] = []
  let asked = 0

  async function sum(): Promise<string> {
    const id = ++asked
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker?.isConnected() === true)
    const open = new Set(workers.map((worker) => worker?.id))
    const complete = new Promise<void>((resolve) => {
      rounds.set(id, (worker, metrics) => {
        latest.set(worker.id, metrics)
        open.delete(worker.id)
        if (open.size === 0) resolve()
      })
    })
    for (const worker of workers) worker?.send({ neptun: 'read-metrics', id } satisfies Message)
    // Who doesn't answer, because it is just dying, counts as it did the last time.
    await Promise.race([complete, sleep(ANSWER_WITHIN_MS, undefined, { ref: false })])
    rounds.delete(id)
    const ofPrimary = await own.getMetricsAsJSON()
    return AggregatorRegistry.aggregate([ofTheDead, ofPrimary, ...latest.values()]).metrics()
  }

  cluster.on('message', (worker, message: unknown) => {
    if (!isMessage(message)) return
    if (message.neptun === 'metrics') rounds.get(message.id)?.(worker, message.metrics)
    if (message.neptun === 'sum-metrics') void answer(worker, message.id)
  })
  cluster.on('exit', (worker) => void bury(worker))

  async function answer(worker: Worker, id: number): Promise<void> {
    const text = await sum()
    if (worker.isConnected()) worker.send({ neptun: 'metrics-sum', id, text } satisfies Message)
  }

  async function bury(worker: Worker): Promise<void> {
    const counted = (latest.get(worker.id) ?? []).filter(({ type }) => isCounted(type))
    latest.delete(worker.id)
    ofTheDead = await AggregatorRegistry.aggregate([ofTheDead, counted]).getMetricsAsJSON()
  }
}

/** Counts stay true when their process is gone; what it measured of itself doesn't. */
function isCounted(type: Metric['type']): boolean {
  return ['counter', 'histogram'].includes(String(type))
}
