import type { IncomingHttpHeaders } from 'node:http'

/** Headers that proxies, tunnels and content networks add to what they pass on. */
const NAMES: readonly string[] = [
  'forwarded',
  'via',
  'x-real-ip',
  'x-real-port',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-forwarded-for',
  'x-original-host',
  'x-proxyuser-ip',
  'x-remote-ip',
  'x-remote-addr',
  'x-envoy-external-address',
  'true-client-ip',
  'client-ip',
  'cdn-loop',
  'fastly-client-ip',
  'fastly-client',
  'fly-client-ip',
  'do-connecting-ip',
  'ali-cdn-real-ip',
  'proxy-client-ip',
  'wl-proxy-client-ip',
  'x-nf-client-connection-ip',
  'x-arr-log-id',
  'x-amzn-trace-id',
  'x-cloud-trace-context',
]
const BEGINNING = /^(?:x-forwarded|x-vercel-|cf-|x-azure-|x-appengine-|x-goog-iap-|fly-|tailscale-)/
const known = new Set(NAMES)

/**
 * The first header that tells of a proxy in front, by its name or by the beginning that tells it: never in a visitor's
 * own words. Undefined where there is none.
 */
export function forwardingHeader(headers: IncomingHttpHeaders): string | undefined {
  for (const name in headers) {
    if (known.has(name)) return name
    const beginning = BEGINNING.exec(name)
    if (beginning) return `${beginning[0]}*`
  }
  return undefined
}
