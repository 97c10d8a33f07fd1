/**
 * How long a reader waits: for the first open of a chat of 50 messages, whose page isn't there yet, and in the
 * browser for the first paint of a chat of 2,000 messages against one of 20.
 *
 * Usage: node bench/first-paint.ts [rounds]
 */
import { startBrowser } from '../test/kit/browser.ts'
import { createVisitor, type NewMessage, signUp } from '../test/kit/client.ts'
import { startServer } from '../test/kit/start-server.ts'

const rounds = Number(process.argv[2] ?? 15)

const languages = ['ts', 'python', 'sql', 'bash', 'rust']

/** A chat with code, formulas and tables in every answer. */
function chatOf(messages: number): NewMessage[] {
  return Array.from({ length: messages }, (_, index): NewMessage => {
    if (index % 2 === 0) return { role: 'user', content: `Question ${index + 1}: how does this get faster?` }
    const parts = [
      `Answer ${index + 1}. Look at the **plan** and at \`work_mem\` first.`,
      `\`\`\`${languages[index % languages.length]}\nselect id, name from orders where total > ${index}\n\`\`\``,
      `It grows as $n_{${index}} \\log n$.`,
      '| rows | time |\n| ---: | ---: |\n| 40 | 1 ms |\n| 40000 | 900 ms |',
      'The planner reads the statistics of each table and picks the cheapest plan. '.repeat(6),
    ]
    return { role: 'assistant', content: parts.join('\n\n') }
  })
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

const server = await startServer()
const owner = await signUp(server.url)
const reader = createVisitor(server.url)
const pathOf = async (messages: number): Promise<string> => {
  const { uuid } = await owner.share(await owner.createChat(chatOf(messages)))
  return `/shared/chats/${uuid}`
}

const ordinary = await pathOf(50)
const start = performance.now()
await reader.get(ordinary)
const cold = performance.now() - start

const paths = { short: await pathOf(20), long: await pathOf(2000) }
for (const path of Object.values(paths)) await reader.get(path)
const paints: Record<keyof typeof paths, number[]> = { short: [], long: [] }
const browser = await startBrowser()
for (let round = 0; round < rounds; round += 1) {
  for (const name of ['short', 'long'] as const) {
    const visitor = await browser.open(server.url)
    await visitor.page.goto(paths[name], { waitUntil: 'load' })
    const paint = `new Promise((resolve) => new PerformanceObserver((list) =>
      list.getEntries().forEach((entry) => entry.name === 'first-contentful-paint' && resolve(entry.startTime)))
      .observe({ type: 'paint', buffered: true }))`
    paints[name].push(await visitor.page.evaluate<number>(paint))
    await visitor.close()
  }
}
await browser.close()
await server.close()

const [short, long] = [median(paints.short), median(paints.long)]
console.log(`first open of 50 messages: ${Math.round(cold)} ms (target ≤ 1000)`)
console.log(
  `first paint: 2,000 messages ${Math.round(long)} ms, 20 messages ${Math.round(short)} ms, ` +
    `${(long / short).toFixed(2)}× (target ≤ 1.5; medians of ${rounds})`,
)
