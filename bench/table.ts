import { type Figure, figureOf, ratioOf, type Sample } from './measure.ts'

/** A line of the table. */
export interface Row {
  readonly name: string
  readonly figure: string
  readonly target?: string
  /** undefined where there is no target */
  readonly isMet?: boolean
  readonly note?: string
}

// A generator that uses more of its core than this can't ask faster.
const SATURATED = 0.95

/**
 * How near samples come to a base: requests a second, and CPU time for one, both so that more is better and 1 is
 * the base.
 */
export function nearnessRow(
  name: string,
  samples: readonly Sample[],
  base: { readonly name: string; readonly samples: readonly Sample[] },
  target?: number,
): Row {
  const speed = ratioOf(samples, base.samples, ({ perSecond }) => perSecond)
  const cpu = ratioOf(base.samples, samples, ({ cpuMicros }) => cpuMicros)
  // Where there is no /proc there is no CPU time to judge.
  const isMet = target === undefined || (speed.median >= target && !(cpu.median < target))
  const isSaturated = [samples, base.samples].some(
    (of) => figureOf(of.map(({ generatorLoad }) => generatorLoad)).median > SATURATED,
  )
  return {
    name,
    figure: `${ratio(speed)} req/s, ${ratio(cpu)} CPU of ${base.name}`,
    ...(target === undefined ? {} : { target: `≥ ${target}`, isMet }),
    note: [
      `${absolute(samples)} against ${absolute(base.samples)}`,
      ...(isSaturated ? ['the load generator is the bottleneck: req/s are nearer to 1 than they are'] : []),
    ].join('; '),
  }
}

/** How much longer the slowest of a hundred take. */
export function p99Row(name: string, samples: readonly Sample[], base: readonly Sample[]): Row {
  const figure = ratioOf(samples, base, ({ p99 }) => p99)
  return {
    name: `p99, ${name}`,
    figure: `${ratio(figure)} of the limit's`,
    target: '≤ 2',
    isMet: figure.median <= 2,
    note: `${p99Of(samples)} ms against ${p99Of(base)} ms`,
  }
}

export function p99Of(samples: readonly Sample[]): string {
  return figureOf(samples.map(({ p99 }) => p99)).median.toFixed(1)
}

export function ratio({ median, least, most }: Figure): string {
  return `${median.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`
}

export function absolute(samples: readonly Sample[]): string {
  const perSecond = figureOf(samples.map((sample) => sample.perSecond)).median
  const micros = figureOf(samples.map((sample) => sample.cpuMicros)).median
  return `${perSecond.toFixed(perSecond < 100 ? 1 : 0)}/s, ${micros.toFixed(0)} µs`
}

/** The table as Markdown. */
export function printTable(rows: readonly Row[]): string {
  const verdict = ({ isMet }: Row): string =>
    isMet === undefined ? 'reported' : isMet ? 'met' : '**not met**'
  const lines = rows.map((row) =>
    [row.name, row.figure, row.target ?? '', verdict(row), row.note ?? ''].join(' | '),
  )
  return ['| what | measured | target | | figures |', '| --- | --- | --- | --- | --- |']
    .concat(lines.map((line) => `| ${line} |`))
    .join('\n')
}
