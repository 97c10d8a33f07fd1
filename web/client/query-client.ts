import { QueryClient } from '@tanstack/react-query'
import { ApiProblem } from '../../src/client/api-problem.ts'

const STALE_AFTER_MS = 10_000

export const queryClient = new QueryClient({
  defaultOptions: {
    // Not only while there is a network: a server on this machine needs none, and waiting says nothing.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: STALE_AFTER_MS,
      // A refusal stays one; only what may be a hiccup is tried again, and what was put off the client has tried already.
      retry: (failures, error) =>
        failures < 2 &&
        error instanceof ApiProblem &&
        (error.status === 0 || (error.status >= 500 && error.status !== 503)),
    },
  },
})
