import type { NewMessage } from '../test/kit/client.ts'

const PROSE = `The query planner reads the statistics of each table and picks the cheapest of a few plans. Look at its
choice with \`EXPLAIN ANALYZE\`: how many rows each step was *expected* to give, how many it gave, whether an index
was used, and how much was read from disk. An estimate that is off by far means that the statistics are old, or that
two columns depend on each other; "extended statistics" tell the planner so. Änderungen brauchen danach ein neues
\`ANALYZE\`. What costs most is rarely the query you look at: it is the one that runs a thousand times a minute. `

/** A chat of so many messages; 50 make an answer of about 45 kB. */
export function conversation(messages: number): NewMessage[] {
  return Array.from({ length: messages }, (_, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content: `${index + 1}. ${PROSE}`.padEnd(720, PROSE),
  }))
}
