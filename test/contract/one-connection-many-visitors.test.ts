import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { after, test } from 'node:test'
import { basic, signUp } from '../kit/client.ts'
import { startServer, trustsEmails } from '../kit/start-server.ts'

const server = await startServer({ env: trustsEmails })
after(() => server.close())

// As a reverse proxy has it: one connection, and everybody's requests on it.
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
after(() => agent.destroy())
const sockets = new Set<unknown>()

async function ask(path: string, headers: Record<string, string>): Promise<number> {
  const request = get(server.url + path, { agent, headers })
  request.on('socket', (socket) => sockets.add(socket))
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  answer.resume()
  await once(answer, 'end')
  return answer.statusCode ?? 0
}

async function read(uuid: string, headers: Record<string, string>): Promise<number> {
  return ask(`/api/shared/chats/${uuid}`, headers)
}

test('on one connection each request is its own visitor, whoever was there before', async () => {
  const owner = await signUp(server.url)
  const listed = await signUp(server.url)
  const other = await signUp(server.url)
  const locked = await owner.share(await owner.createChat(), { password: 'sesame' })
  const forListed = await owner.share(await owner.createChat(), { emails: [listed.email] })
  const cookie = ({ cookies }: typeof owner) => ({
    cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
  })

  for (let round = 0; round < 3; round++) {
    assert.equal(await read(locked.uuid, { authorization: basic(':sesame') }), 200)
    assert.equal(await read(locked.uuid, { authorization: basic(':Sesame') }), 401)
    assert.equal(await read(locked.uuid, {}), 401)
    assert.equal(await read(forListed.uuid, cookie(listed)), 200)
    assert.equal(await read(forListed.uuid, cookie(other)), 403)
    assert.equal(await read(forListed.uuid, {}), 401)
    const [status, mine, theirs] = [
      owner.path(`/chats/${locked.chat_conversation_id}/shares`),
      cookie(owner),
      cookie(other),
    ]
    assert.equal(await ask(status, mine), 200)
    assert.equal(await ask(status, theirs), 404)
    assert.equal(await ask(status, {}), 401)
  }

  const before = cookie(listed)
  assert.equal(await read(forListed.uuid, before), 200)
  await listed.send('POST', '/api/auth/logout')
  assert.equal(await read(forListed.uuid, before), 401)
  await owner.send('PATCH', owner.path(`/chats/${locked.chat_conversation_id}/shares/${locked.id}`), {
    json: { password: 'another' },
  })
  assert.equal(await read(locked.uuid, { authorization: basic(':sesame') }), 401)
  assert.equal(await read(locked.uuid, { authorization: basic(':another') }), 200)
  assert.equal(sockets.size, 1)
})
