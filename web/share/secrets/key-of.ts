import type { Finding } from '../../../src/client/types.ts'

/** What is still where it was has the same key. */
export function keyOf({ message_id: id, rule, start, end }: Finding): string {
  return `${id} ${rule} ${start} ${end}`
}
