import type { Socket } from 'node:net'
import { errorBody } from './error-body.ts'

const FACTS: Record<string, { status: number; reason: string; message: string }> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    reason: 'Request Header Fields Too Large',
    message: 'The headers are too large; send fewer or shorter ones.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    reason: 'Request Timeout',
    message: 'The request did not arrive in time.',
  },
}
const UNREADABLE = { status: 400, reason: 'Bad Request', message: 'The request could not be read.' }

/**
 * Answers what never became a request, such as broken headers, and closes the connection.
 *
 * @param baseHeaders of every answer
 */
export function answerRawErrors(
  baseHeaders: Readonly<Record<string, string>>,
): (error: Error & { code?: string }, socket: Socket) => void {
  const lines = Object.entries(baseHeaders).map(([name, value]) => `${name}: ${value}`)
  return (error, socket) => answerRawError(error, socket, lines)
}

function answerRawError(
  error: Error & { code?: string },
  socket: Socket,
  headerLines: readonly string[],
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { status, reason, message } = FACTS[error.code ?? ''] ?? UNREADABLE
  const body = JSON.stringify(errorBody('plain', { status, message }))
  socket.end(
    [
      `HTTP/1.1 ${status} ${reason}`,
      'Content-Type: application/json; charset=utf-8',
      ...headerLines,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}
