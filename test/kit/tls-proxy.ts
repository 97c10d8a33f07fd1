import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:https'

/** A proxy with TLS in front of a server, as people reach it: by https, with the visitor's address in a header. */
export type TlsProxy = {
  /** Such as `https://localhost:1234`. */
  readonly url: string
  /** Hands requests on to a server at this URL from now on. */
  readonly to: (url: string) => void
  readonly close: () => Promise<void>
}

const read = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url))

export async function startTlsProxy(): Promise<TlsProxy> {
  let target = ''
  const server = createServer({ key: read('server-key.pem'), cert: read('server.pem') }, (asked, answer) => {
    const headers = { ...asked.headers, 'x-forwarded-for': asked.socket.remoteAddress ?? '' }
    const onward = request(target + (asked.url ?? ''), { method: asked.method, headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers)
      got.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    asked.pipe(onward)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port')
  return {
    url: `https://localhost:${address.port}`,
    to: (url) => (target = url),
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
