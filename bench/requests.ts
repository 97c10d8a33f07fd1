/** Pages name the host that they are asked of: everyone asks for the same. */
export const HOST = '127.0.0.1'

/** As browsers ask for a page. */
export const AS_BROWSERS = { accept: 'text/html', 'accept-encoding': 'gzip' }

/** A whole request as bytes. */
export function request(
  method: 'GET' | 'POST',
  path: string,
  headers: Readonly<Record<string, string>> = {},
  json?: unknown,
): Uint8Array {
  const body = json === undefined ? '' : JSON.stringify(json)
  const sent = {
    host: HOST,
    ...headers,
    ...(json === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
  }
  const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
}

/** The JSON of a shared chat. */
export function sharePath(uuid: string): string {
  return `/api/shared/chats/${uuid}`
}

/** Its page. */
export function pagePath(uuid: string): string {
  return `/shared/chats/${uuid}`
}
