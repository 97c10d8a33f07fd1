import ipaddr from 'ipaddr.js'
import { isLoopbackAuthority } from '../../start/loopback.ts'
import type { AskedRequest } from '../pipeline/asked.ts'
import { forwardingHeader } from './forwarding-headers.ts'

/**
 * Whether this machine's own user asks. A connection from this machine alone says little: tunnels and proxies that run
 * here pass on what comes from anywhere, and a page of a stranger may have a name that leads here. So the request also
 * has to name this machine as its host, speak HTTP/1.1 (proxies fall back to 1.0), and carry no proxy's header.
 */
export function isFromThisMachine({ headers, raw }: AskedRequest): boolean {
  const { remoteAddress } = raw.socket
  if (remoteAddress === undefined || !ipaddr.isValid(remoteAddress)) return false
  if (ipaddr.process(remoteAddress).range() !== 'loopback') return false
  if (raw.httpVersion !== '1.1' || raw.headersDistinct['host']?.length !== 1) return false
  return isLoopbackAuthority(headers.host ?? '') && forwardingHeader(headers) === undefined
}
