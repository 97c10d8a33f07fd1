import { Failure } from '../failure.ts'

const DEFAULT_SERVER = 'http://127.0.0.1:3000'

/** The server to talk to: what was given, what the environment names, or the one on this machine. */
export function chooseServer(given: string | undefined): string {
  if (given !== undefined) return readServer(given, '--server')
  const fromEnvironment = process.env['NEPTUN_SHARE_SERVER']?.trim()
  return fromEnvironment ? readServer(fromEnvironment, 'NEPTUN_SHARE_SERVER') : DEFAULT_SERVER
}

/** @returns the address without a slash at its end */
function readServer(text: string, source: string): string {
  const url = URL.parse(text)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new Failure('usage', `${source} should be an address such as https://share.example.com.`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new Failure('usage', `${source} holds a name or password; use neptun-share login instead.`)
  }
  return url.origin + url.pathname.replace(/\/+$/, '')
}

/** Whether what is sent there could be read on the way. */
export function isReadableOnTheWay(server: string): boolean {
  const { protocol, hostname } = new URL(server)
  return protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}
