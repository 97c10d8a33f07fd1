import type { ShareReaders } from '../../src/client/types.ts'

const DAYS = 30
const DAY_MS = 24 * 60 * 60 * 1000
const HEIGHT = 48
const BAR = 8
const STEP = 10

/** Views of the last 30 days, a bar for each. @param now epoch milliseconds */
export function DayChart({ days, now }: { readonly days: ShareReaders['days']; readonly now: number }) {
  const viewsOn = new Map(days.map(({ date, views }) => [date, views]))
  const dates = Array.from({ length: DAYS }, (_, index) =>
    new Date(now - (DAYS - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  )
  const views = dates.map((date) => viewsOn.get(date) ?? 0)
  const most = Math.max(1, ...views)
  const sum = views.reduce((all, some) => all + some, 0)
  const label = `${sum === 1 ? '1 view' : `${sum} views`} in the last ${DAYS} days`
  return (
    <figure className="flex flex-col gap-1.5">
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${DAYS * STEP} ${HEIGHT}`}
        className="h-14 w-full text-accent"
        preserveAspectRatio="none"
      >
        {views.map((count, index) => {
          const height = count === 0 ? 1 : Math.max(3, (count / most) * HEIGHT)
          return (
            <rect
              key={dates[index]}
              x={index * STEP}
              y={HEIGHT - height}
              width={BAR}
              height={height}
              fill="currentColor"
              opacity={count === 0 ? 0.25 : 1}
            >
              <title>{`${dates[index]}: ${count === 1 ? '1 view' : `${count} views`}`}</title>
            </rect>
          )
        })}
      </svg>
      <figcaption className="text-sm text-muted">{label}</figcaption>
    </figure>
  )
}
