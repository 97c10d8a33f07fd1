import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import { signUp } from '../kit/client.ts'
import { createMachine } from '../kit/command-line.ts'
import { startServer } from '../kit/start-server.ts'

const server = await startServer()
const machine = await createMachine(server.url)
after(async () => {
  await machine.remove()
  await server.close()
})
const owner = await signUp(server.url)

test('HTTPS_PROXY and HTTP_PROXY are gone through, but to this machine', async () => {
  const { hostname, port } = new URL(server.url)
  const asked: string[] = []
  const proxy = createServer((from, to) => {
    asked.push(from.url ?? '')
    const { pathname, search } = new URL(from.url ?? '')
    const onwards = request(
      { host: hostname, port, path: pathname + search, method: from.method },
      (answer) => {
        to.writeHead(answer.statusCode ?? 0, answer.headers)
        answer.pipe(to)
      },
    )
    from.pipe(onwards)
  })
  proxy.on('connect', ({ url }, socket) => {
    asked.push(url ?? '')
    const onwards = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      onwards.pipe(socket).pipe(onwards)
    })
    socket.on('error', () => onwards.destroy())
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const address = proxy.address()
  assert.ok(typeof address === 'object' && address !== null)
  const env = { HTTP_PROXY: `http://127.0.0.1:${address.port}` }
  const share = await owner.share(await owner.createChat())
  const shown = await machine.run(['show', `http://share.test/shared/chats/${share.uuid}`], { env })
  assert.equal(shown.code, 0, shown.stderr)
  assert.match(shown.stdout, /Triton/)
  assert.ok(asked.length > 0 && asked.every((url) => url.includes('share.test')), asked.join())
  asked.length = 0
  assert.equal((await machine.run(['show', share.url], { env })).code, 0)
  assert.deepEqual(asked, [])
  proxy.close()
  proxy.closeAllConnections()
})

test('sign-up makes an account and signs in', async () => {
  const made = await machine.run(['sign-up', 'grace@example.com'], { input: 'correct horse battery\n' })
  assert.equal(made.code, 0, made.stderr)
  assert.match(made.stderr, /Made an account at .* signed in as grace@example\.com/)
  assert.equal((await machine.run(['list'])).code, 0)
  const again = await machine.run(['sign-up', 'grace@example.com'], { input: 'correct horse battery\n' })
  assert.equal(again.code, 4)
  assert.match(again.stderr, /already/)
  const short = await machine.run(['sign-up', 'alan@example.com'], { input: 'short\n' })
  assert.notEqual(short.code, 0)
  assert.match(short.stderr, /8/)
})

test('what was misspelt is guessed', async () => {
  const command = await machine.run(['psuh'])
  assert.equal(command.code, 2)
  assert.match(command.stderr, /Did you mean push\?/)
  const option = await machine.run(['push', 'x.md', '--pubilc'])
  assert.equal(option.code, 2)
  assert.match(option.stderr, /Did you mean --public\?/)
})
