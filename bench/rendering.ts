/**
 * How long 50 messages of an ordinary chat take: the first time, with the worker and grammars to load, and from
 * then on. Usage: node bench/rendering.ts [rounds]
 */
import { createRenderer } from '../src/rendering/renderer.ts'
import { longAnswer } from '../test/fixtures/sessions/long-session.ts'

const rounds = Number(process.argv[2] ?? 10)

const prose = `The query planner reads the **statistics** of each table and picks the cheapest of a few plans. You can
look at its choice with \`EXPLAIN ANALYZE\`, and at [the manual](https://www.postgresql.org/docs/) for what the words
mean. Three things matter most:

1. how many rows each step is *expected* to give, and how many it gives,
2. whether an index is used, and
3. how much is read from disk.

`
const table = `| plan | rows | cost | time |
| :--- | ---: | ---: | :---: |
| sequential scan | 100000 | 1834.0 | 12 ms |
| index scan | 42 | 8.4 | 0.1 ms |
| bitmap scan | 1800 | 210.7 | 1.9 ms |

`
const math = `Its cost grows as $O(n \\log n)$, and with $p$ pages it is

$$
C = \\sum_{i=1}^{p} \\frac{c_i}{\\sqrt{1 + r_i^2}} + \\alpha \\int_0^1 f(x)\\,dx
$$

`
const typescript = `\`\`\`typescript
export async function findShare(database: Database, uuid: string): Promise<Share | undefined> {
  const row = await database.selectFrom('shares').selectAll().where('uuid', '=', uuid).executeTakeFirst()
  if (!row) return undefined
  return { ...row, expiresAt: row.expires_at === null ? undefined : new Date(row.expires_at), views: Number(row.views) }
}
\`\`\`

`
const python = `\`\`\`python
class ShareReader:
    """Reads shares, and waits a little longer after each failure."""
    def __init__(self, session: requests.Session, tries: int = 5) -> None:
        self.session, self.tries = session, tries

    def read(self, url: str) -> dict[str, Any]:
        for attempt in range(self.tries):
            response = self.session.get(url, timeout=10)
            if response.status_code != 503:
                return response.json()
            time.sleep(2 ** attempt)
        raise TimeoutError(f"{url} stayed unavailable after {self.tries} tries")
\`\`\`

`
const shell = `\`\`\`bash
for file in data/*.db; do sqlite3 "$file" "vacuum into '\${file%.db}.copy'" && echo "done: $file"; done
\`\`\`

- [x] measured
- [ ] written down[^1]

[^1]: In \`docs/PERFORMANCE.md\`.
`
const answers = [
  prose + typescript + prose + shell + prose + python,
  prose + table + math + prose + typescript + prose + math,
  `## A reader\n\n${prose}${python}${prose}### The other way\n\n${typescript}${prose}`,
  prose + shell + prose + typescript + table + prose + prose,
  prose + prose + math + table + prose + python + prose,
]
const messages = Array.from({ length: 50 }, (_, index) => ({
  id: index + 1,
  content:
    index % 2 === 0
      ? `How do I find out why this query is slow? I tried ${index} things.\n\n${prose}`
      : (answers[(index >> 1) % answers.length] ?? prose),
}))

const renderer = createRenderer()
const times: number[] = []
let outputBytes = 0
for (let round = 0; round <= rounds; round++) {
  const start = performance.now()
  const rendered = await renderer.render(
    // What was rendered under the same number is remembered.
    messages.map(({ id, content }) => ({ id: id + round * messages.length, content })),
    { owner: 'bench' },
  )
  times.push(performance.now() - start)
  outputBytes = rendered.reduce((sum, message) => sum + Buffer.byteLength(message.html), 0)
}
const sessionTimes: number[] = []
let sessionHtml = ''
for (let round = 0; round <= rounds; round++) {
  const start = performance.now()
  const [rendered] = await renderer.render([{ id: 1_000_000 + round, content: longAnswer }], {
    owner: 'bench',
  })
  sessionTimes.push(performance.now() - start)
  sessionHtml = rendered?.html ?? ''
}
await renderer.close()

const [first = 0, ...warm] = times
const sorted = warm.toSorted((a, b) => a - b)
const inputBytes = messages.reduce((sum, message) => sum + Buffer.byteLength(message.content), 0)
console.log(`50 messages, ${kilobytes(inputBytes)} of Markdown, ${kilobytes(outputBytes)} of HTML`)
console.log(`first:  ${first.toFixed(0)} ms (worker, highlighter and grammars included)`)
console.log(
  `warm:   ${sorted[sorted.length >> 1]?.toFixed(0)} ms (median of ${rounds}; ${sorted[0]?.toFixed(0)} to ${sorted.at(-1)?.toFixed(0)})`,
)
console.log(
  `a session of 300 calls as one message, ${kilobytes(Buffer.byteLength(longAnswer))} of Markdown, ` +
    `${kilobytes(Buffer.byteLength(sessionHtml))} of HTML: ${sessionTimes.map((time) => time.toFixed(0)).join(', ')} ms`,
)

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`
}
