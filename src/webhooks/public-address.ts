import ipaddr from 'ipaddr.js'

/**
 * Whether an address is one of the internet, rather than of this machine, its network, or what a cloud tells its machines
 * (RFC 6890). An IPv4 address within an IPv6 one counts as what it is.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.process(text)
  if (address.range() !== 'unicast') return false
  // IPv4 within IPv6 as it was written once (RFC 4291 section 2.5.5.1).
  return (
    address.kind() === 'ipv4' ||
    address
      .toByteArray()
      .slice(0, 12)
      .some((byte) => byte !== 0)
  )
}
