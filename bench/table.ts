import { type Figure, figureOf, ratioOf, type Sample } from './measure.ts'

/** A line of the table. */
export interface Row {
  readonly name: string
  readonly figure: string
  readonly budget?: string
  /** undefined where there is no budget */
  readonly isMet?: boolean
  readonly note?: string
}

export interface Base {
  readonly name: string
  readonly samples: readonly Sample[]
}

// A generator that uses more of its core than this can't ask faster.
const SATURATED = 0.95

/**
 * How near samples come to a base: requests a second, and CPU time for one, both so that more is better and 1 is
 * the base.
 *
 * @param options the least that either may be, or requests a second alone; none where the row is only reported
 */
export function nearnessRow(
  name: string,
  samples: readonly Sample[],
  base: Base,
  options: { readonly atLeast?: number; readonly isSpeedAlone?: boolean } = {},
): Row {
  const { atLeast, isSpeedAlone = false } = options
  const speed = ratioOf(samples, base.samples, ({ perSecond }) => perSecond)
  const cpu = ratioOf(base.samples, samples, ({ cpuMicros }) => cpuMicros)
  const isSaturated = [samples, base.samples].some(
    (of) => figureOf(of.map(({ generatorLoad }) => generatorLoad)).median > SATURATED,
  )
  return {
    name,
    figure: `${ratio(speed)} req/s, ${ratio(cpu)} CPU of ${base.name}`,
    ...(atLeast === undefined
      ? {}
      : {
          budget: `≥ ${atLeast}${isSpeedAlone ? ' req/s' : ''}`,
          // Where there is no /proc there is no CPU time to judge.
          isMet: speed.median >= atLeast && (isSpeedAlone || !(cpu.median < atLeast)),
        }),
    note: [
      `${absolute(samples)} against ${absolute(base.samples)}`,
      ...(isSaturated ? ['the load generator is the bottleneck: req/s are nearer to 1 than they are'] : []),
    ].join('; '),
  }
}

/** How much longer the slowest of a hundred take. @param atMost times the base; none where it is only reported */
export function p99Row(
  name: string,
  samples: readonly Sample[],
  base: readonly Sample[],
  atMost?: number,
): Row {
  const figure = ratioOf(samples, base, ({ p99 }) => p99)
  return {
    name: `p99, ${name}`,
    figure: `${ratio(figure)} of the limit's`,
    ...(atMost === undefined ? {} : { budget: `≤ ${atMost}`, isMet: figure.median <= atMost }),
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

/** The table as Markdown. @param options whether it tells which budgets are met */
export function printTable(rows: readonly Row[], { isJudged }: { readonly isJudged: boolean }): string {
  const verdict = ({ isMet, budget }: Row): string =>
    budget === undefined ? 'reported' : !isJudged ? '' : isMet === true ? 'met' : '**missed**'
  const lines = rows.map((row) =>
    [row.name, row.figure, row.budget ?? '', verdict(row), row.note ?? ''].join(' | '),
  )
  return ['| what | measured | budget | | figures |', '| --- | --- | --- | --- | --- |']
    .concat(lines.map((line) => `| ${line} |`))
    .join('\n')
}

/** Which budgets aren't met, in a sentence and a line for each. */
export function printMissed(rows: readonly Row[]): string {
  const missed = rows.filter(({ isMet }) => isMet === false)
  if (missed.length === 0) return 'All budgets met.'
  const title = missed.length === 1 ? '1 budget missed:' : `${missed.length} budgets missed:`
  return [title, ...missed.map(({ name, figure, budget }) => `  ${name}: ${figure}, ${budget}`)].join('\n')
}
