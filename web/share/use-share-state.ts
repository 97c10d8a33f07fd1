import { useQuery } from '@tanstack/react-query'
import { keys, useApi } from '../client/queries.ts'
import type { Share } from '../client/types.ts'
import { type ShareState, stateOf } from './share-state.ts'

/**
 * What a share is to its readers now. Views from before the limit that were written late count as views but use up
 * none, so where a share looks used up the server is asked.
 *
 * @param share undefined for a chat that has none
 */
export function useShareState(share: Share | undefined): ShareState | undefined {
  const api = useApi()
  const state = share && stateOf(share, Date.now())
  const asking = useQuery({
    queryKey: keys.activity(share),
    queryFn: async () => (share ? api.isActive(share) : false),
    enabled: state === 'used-up',
  })
  return state === 'used-up' && asking.data === true ? 'active' : state
}
