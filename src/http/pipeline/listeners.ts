import { once } from 'node:events'
import type { Server as HttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'

type Place = { readonly host: string; readonly port: number }
type Address = AddressInfo | string | null

/**
 * Listens at one place with several servers, among which the system deals out who connects. Where it can't, the first one
 * listens alone.
 *
 * Node takes one connection a turn of the event loop from each socket that listens. Beside a few hundred connections that
 * always have a request, turns are long, and others wait seconds for theirs to be taken.
 *
 * @returns those that listen, and their address; rejects when the place is taken
 */
export async function listenTogether(
  servers: readonly [HttpServer, ...HttpServer[]],
  at: Place,
): Promise<{ readonly listening: readonly HttpServer[]; readonly address: Address }> {
  const [first, ...others] = servers
  if (others.length === 0) return { listening: [first], address: await listen(first, at) }
  // Those that share a place don't notice that it is taken; one that shares it with nobody does.
  const probe = createServer()
  const port = portOf(await listen(probe, at))
  probe.close()
  await once(probe, 'close')
  const address = await listen(first, { ...at, port, reusePort: true }).catch(() => undefined)
  if (address === undefined) return { listening: [first], address: await listen(first, { ...at, port }) }
  const listening = [first]
  for (const server of others) {
    await listen(server, { ...at, port, reusePort: true })
    listening.push(server)
  }
  return { listening, address }
}

function portOf(address: Address): number {
  return address !== null && typeof address === 'object' ? address.port : 0
}

async function listen(server: Server, at: Place & { readonly reusePort?: boolean }): Promise<Address> {
  server.listen(at)
  await once(server, 'listening')
  return server.address()
}
