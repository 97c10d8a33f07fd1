/** A whole request as bytes. */
export function request(
  method: 'GET' | 'POST',
  path: string,
  headers: Readonly<Record<string, string>> = {},
  json?: unknown,
): Uint8Array {
  const body = json === undefined ? '' : JSON.stringify(json)
  const sent = {
    host: '127.0.0.1',
    ...headers,
    ...(json === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
  }
  const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
}

export function sharePath(uuid: string): string {
  return `/api/shared/chats/${uuid}`
}
