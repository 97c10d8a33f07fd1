import assert from 'node:assert/strict'
import { createVisitor, type Person } from './client.ts'

/** Reads that every test of lossy restores makes, of all shares together. */
const READS = 1000
const AT_ONCE = 20

/** Shares by what is written in their chats and in no other. */
export type MarkedShares = Map<string, string>

/** Shares so many chats, each with a text of its own. */
export async function shareMarked(owner: Person, count: number): Promise<MarkedShares> {
  const shares: MarkedShares = new Map()
  for (let made = 0; made < count; made++) {
    const mark = `mark-${crypto.randomUUID()}`
    const chat = await owner.createChat([{ role: 'user', content: mark }], mark)
    shares.set((await owner.share(chat)).uuid, mark)
  }
  return shares
}

/**
 * Reads shares in all forms from all servers, and fails where an answer holds the text of another one.
 *
 * @returns how many answers had each status
 */
export async function readMarked(
  urls: readonly string[],
  shares: MarkedShares,
  reads = READS,
): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {}
  const wrong: string[] = []
  const all = [...shares]
  let next = 0
  const forms = [
    (uuid: string) => `/api/shared/chats/${uuid}`,
    (uuid: string) => `/shared/chats/${uuid}`,
    (uuid: string) => `/api/shared/chats/${uuid}/export?format=markdown`,
  ]
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < reads) {
        const turn = next++
        const [uuid, mark] = all[turn % all.length] ?? ['', '']
        const form = forms[turn % forms.length]
        const { status, text } = await createVisitor(urls[turn % urls.length] ?? '').get(form?.(uuid) ?? '')
        statuses[status] = (statuses[status] ?? 0) + 1
        const others = (text.match(/mark-[\da-f-]{36}/g) ?? []).filter((found) => found !== mark)
        if (others.length > 0 || (status === 200 && !text.includes(mark)))
          wrong.push(`${uuid}: ${text.slice(0, 200)}`)
      }
    }),
  )
  assert.deepEqual(wrong, [])
  return statuses
}
