import FindMyWay from 'find-my-way'
import type { Access, Endpoint } from './endpoint.ts'

/** A long name of a share is no share's name; it isn't another route. */
const LONGEST_PARAMETER = 16 * 1024

const KNOWN_ACCESS: readonly (Access | undefined)[] = ['anyone', 'reader', 'visitor', 'owner', 'operator']

export interface Route {
  readonly endpoint: Endpoint
  /** as the log and the metrics have it: `/api/users/:user_id` */
  readonly pattern: string
}

/** What a URL leads to. */
export interface Found {
  /** `undefined` where the URL can't be decoded */
  readonly route: Route | undefined
  readonly params: Record<string, string>
  readonly query: unknown
}

export interface Router {
  /** Finds the route of a request, `undefined` where there is none. @param url with its query */
  match(this: void, method: string, url: string): Found | undefined
  /** The methods that a URL can be asked by; none where there is no such route. */
  methodsOf(this: void, url: string): readonly string[]
}

const METHODS = ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'] as const

/**
 * Puts the routes together. GET routes answer HEAD too.
 *
 * @throws Error for an endpoint that doesn't declare who may use it, which keeps the server from starting
 */
export function createRouter(endpoints: readonly Endpoint[]): Router {
  const router = FindMyWay({ maxParamLength: LONGEST_PARAMETER, onBadUrl: unused })
  for (const endpoint of endpoints) {
    const { method, path, access } = endpoint
    if (!KNOWN_ACCESS.includes(access)) {
      throw new Error(`The route ${method} ${path} does not declare who may use it.`)
    }
    const route: Route = { endpoint, pattern: path.replaceAll(/\{(\w+)\}/g, ':$1') }
    router.on(method === 'GET' ? ['GET', 'HEAD'] : method, route.pattern, unused, route)
  }
  const match: Router['match'] = (method, url) => {
    const found = router.find(method as FindMyWay.HTTPMethod, url)
    if (!found) return undefined
    const { store, params, searchParams } = found
    // What find-my-way makes of a bad URL stores nothing.
    return {
      route: (store as Route | null) ?? undefined,
      params: params as Record<string, string>,
      query: searchParams,
    }
  }
  return {
    match,
    // An operator's routes look to others as if they weren't there.
    methodsOf: (url) =>
      METHODS.filter((method) => {
        const endpoint = match(method, url)?.route?.endpoint
        return endpoint !== undefined && endpoint.access !== 'operator'
      }),
  }
}

/** find-my-way wants handlers; the pipeline asks it for the route alone. */
function unused(): void {}
