import type { Origin } from '../../src/reading/context.ts'

/** A request from this machine, without any proxy. */
export const fromHere: Origin = {
  address: '127.0.0.1',
  networks: [],
  isForwarded: false,
  isFromThisMachine: true,
  client: 'a test',
  device: undefined,
  left: () => new AbortController().signal,
}
