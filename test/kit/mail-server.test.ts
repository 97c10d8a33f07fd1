import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { startMailServer } from './mail-server.ts'

// Were the error of the broken mail caught by nobody, it would be this file that fails.
test('a mail that is broken off is not kept, and does nothing to the test', async () => {
  const mails = await startMailServer()
  const socket = connect(mails.port, '127.0.0.1')
  for (const line of ['EHLO a', 'MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>', 'DATA']) {
    await once(socket, 'data')
    socket.write(`${line}\r\n`)
  }
  await once(socket, 'data')
  socket.end('Subject: Half a mail\r\n\r\n')
  await once(socket, 'close')
  await mails.close()
  assert.deepEqual(mails.received, [])
})
