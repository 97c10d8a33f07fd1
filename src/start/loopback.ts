import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Whether a host name or address is of this machine alone: `localhost`, `*.localhost`, 127.0.0.0/8, `::1`. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  if (bare === 'localhost' || bare.endsWith('.localhost')) return true
  return isIP(bare) !== 0 && ipaddr.process(bare).range() === 'loopback'
}

/** Whether a `Host` header names this machine alone, with or without a port. */
export function isLoopbackAuthority(header: string): boolean {
  const host = /^([a-z\d.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.exec(header)?.[1]
  return host !== undefined && isLoopbackHost(host)
}
