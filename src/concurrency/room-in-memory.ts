import { Session } from 'node:inspector/promises'
import { getHeapStatistics } from 'node:v8'

/** So much more than was needed the last time is garbage for the most part. */
const MUCH_BYTES = 64 * 1024 * 1024
/** Looking for garbage stops everything for a moment. */
const LOOK_EVERY_MS = 250

/** Makes room for large requests; see docs/decisions/0032-garbage-of-large-requests.md. */
export interface RoomInMemory {
  /** Has garbage looked for where there must be much of it; called before what leaves many times its size. */
  make(): Promise<void>
}

/** @param heldBytes of what is held besides for a while, such as answers that are being sent */
export function createRoomInMemory(heldBytes: () => number): RoomInMemory {
  let neededBytes = usedBytes()
  let lookedAt = -Infinity
  return {
    async make() {
      const used = usedBytes() - heldBytes()
      neededBytes = Math.min(neededBytes, used)
      if (used < neededBytes + MUCH_BYTES || performance.now() - lookedAt < LOOK_EVERY_MS) return
      lookedAt = performance.now()
      await collectGarbage()
      neededBytes = usedBytes() - heldBytes()
    },
  }
}

function usedBytes(): number {
  const { used_heap_size: heap, external_memory: outside } = getHeapStatistics()
  return heap + outside
}

async function collectGarbage(): Promise<void> {
  const session = new Session()
  session.connect()
  try {
    await session.post('HeapProfiler.collectGarbage')
  } finally {
    session.disconnect()
  }
}
