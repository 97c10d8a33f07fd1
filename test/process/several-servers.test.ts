import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createVisitor, expectOk, greeting, logIn, signUp, type Person, type Visitor } from '../kit/client.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer, trustsEmails } from '../kit/start-server.ts'
import { claudeExport } from '../kit/uploads.ts'

const password = 'open sesame'
const here = await startServer({ env: trustsEmails })
const there = await startServer({ database: here.database, env: trustsEmails })
after(async () => {
  await there.stop()
  await here.close()
})

/** The same person or visitor, asking the other server. */
function elsewhere(visitor: Visitor): Visitor {
  const twin = createVisitor(there.url)
  for (const [name, value] of visitor.cookies) twin.cookies.set(name, value)
  return twin
}

async function statusThere(uuid: string, visitor = createVisitor(there.url)): Promise<number> {
  return (await visitor.readShare(uuid)).status
}

describe('what is done on one server is obeyed by the next request to another', () => {
  let owner: Person
  test.before(async () => {
    owner = await signUp(here.url)
  })

  test('a pause', async () => {
    const share = await owner.share(await owner.createChat())
    assert.equal(await statusThere(share.uuid), 200)
    await owner.changeShare(share, { is_shared: false })
    assert.equal(await statusThere(share.uuid), 404)
  })

  test('a rotation', async () => {
    const share = await owner.share(await owner.createChat())
    assert.equal(await statusThere(share.uuid), 200)
    await owner.send('POST', owner.sharePath(share, '/rotate'))
    assert.equal(await statusThere(share.uuid), 404)
    assert.equal(await statusThere((await owner.findShare(share)).uuid), 200)
  })

  test('another password, also for a reader who had unlocked with the old one', async () => {
    const share = await owner.share(await owner.createChat(), { password })
    const reader = createVisitor(there.url)
    assert.equal((await reader.unlock(share.uuid, password)).status, 204)
    assert.equal(await statusThere(share.uuid, reader), 200)
    assert.equal((await reader.readShare(share.uuid, password)).status, 200)
    await owner.changeShare(share, { password: 'another one' })
    assert.equal(await statusThere(share.uuid, reader), 401)
    assert.equal((await createVisitor(there.url).readShare(share.uuid, password)).status, 401)
  })

  test('a change of the chat', async () => {
    const chat = await owner.createChat()
    const share = await owner.share(chat)
    assert.equal(await statusThere(share.uuid), 200)
    await owner.addMessages(chat, [{ role: 'user', content: 'And the second largest?' }])
    assert.match((await createVisitor(there.url).readShare(share.uuid)).text, /And the second largest\?/)
  })

  test('a logout', async () => {
    const person = await signUp(here.url)
    const twin = elsewhere(person)
    assert.equal((await twin.get(person.path())).status, 200)
    await person.send('POST', '/api/auth/logout')
    assert.equal((await twin.get(person.path())).status, 401)
  })

  test('another password of the account, on all devices', async () => {
    const person = await signUp(here.url)
    const phone = elsewhere(await logIn(person))
    assert.equal((await phone.get(person.path())).status, 200)
    const json = { password: 'a new password', current_password: person.password }
    assert.equal((await person.send('PATCH', person.path(), { json })).status, 200)
    assert.equal((await phone.get(person.path())).status, 401)
    assert.equal((await elsewhere(person).get(person.path())).status, 200)
  })

  test('the end of the account', async () => {
    const person = await signUp(here.url)
    const share = await person.share(await person.createChat())
    assert.equal(await statusThere(share.uuid), 200)
    assert.equal((await person.send('DELETE', person.path())).status, 200)
    assert.equal(await statusThere(share.uuid), 404)
  })
})

test('wrong passwords add up over servers', async () => {
  const owner = await signUp(here.url)
  const share = await owner.share(await owner.createChat(), { password })
  const servers = [createVisitor(here.url), createVisitor(there.url)]
  const statuses: number[] = []
  for (let round = 0; round < 6; round++) {
    for (const visitor of servers) statuses.push((await visitor.readShare(share.uuid, 'wrong')).status)
  }
  assert.deepEqual(statuses, [...Array<number>(10).fill(401), 429, 429])
})

test('a limited share is read exactly as often as it may, with readers on both servers', async () => {
  const owner = await signUp(here.url)
  const share = await owner.share(await owner.createChat(), { max_views: 25 })
  const reads = Array.from({ length: 60 }, (_, index) =>
    createVisitor(index % 2 === 0 ? here.url : there.url).readShare(share.uuid),
  )
  const statuses = (await Promise.all(reads)).map(({ status }) => status)
  assert.equal(statuses.filter((status) => status === 200).length, 25)
  assert.equal(statuses.filter((status) => status === 404).length, 35)
})

test('two owners’ devices that share a chat at once get one share', async () => {
  const owner = await signUp(here.url)
  const chat = await owner.createChat()
  const twin = elsewhere(owner)
  const devices = [owner, twin, owner, twin, owner, twin]
  const answers = await Promise.all(
    devices.map((device) => device.send('POST', owner.path(`/chats/${chat.id}/shares`), { json: {} })),
  )
  assert.deepEqual(
    answers.map(({ status }) => status),
    devices.map(() => 200),
  )
  const uuids = answers.map(({ text }) => /"uuid":"([^"]+)"/.exec(text)?.[1])
  assert.equal(new Set(uuids).size, 1)
})

test('a file that comes in on both servers at once makes each of its chats once', async () => {
  const owner = await signUp(here.url)
  const twin = elsewhere(owner)
  const markdown = '## User\n\nHi\n\n## Assistant\n\nHello\n'
  const files = [
    claudeExport(Array.from({ length: 20 }, (_, index) => ({ id: `both${index}`, messages: greeting }))),
    ...Array.from({ length: 5 }, (_, index) => `# Notes ${index}\n\n${markdown}`),
  ]
  for (const body of files) {
    const answers = await Promise.all(
      [owner, twin, owner, twin].map((device) =>
        device.send('POST', owner.path('/imports'), {
          body,
          headers: { 'content-type': 'application/octet-stream' },
        }),
      ),
    )
    const counts = answers.map((answer) => expectOk(answer, shapes.imported).counts)
    const made = counts.reduce((sum, one) => sum + one.new, 0)
    assert.equal(made, body === files[0] ? 20 : 1)
    assert.ok(counts.every(({ failed }) => failed === 0))
  }
  const { chats } = expectOk(await owner.get(owner.path('/chats')), shapes.chats)
  assert.equal(chats.length, 25)
})

test('messages added on both servers at once are all kept, each server’s in order', async () => {
  const owner = await signUp(here.url)
  const chat = await owner.createChat([])
  const share = await owner.share(chat)
  const twin = elsewhere(owner)
  const add = async (device: Visitor, name: string) => {
    for (let index = 0; index < 20; index++) {
      const json = { message: `${name} ${index}`, actor: 'user' }
      const answer = await device.send('POST', owner.path(`/chats/${chat.id}/messages`), { json })
      assert.equal(answer.status, 200)
    }
  }
  await Promise.all([add(owner, 'here'), add(twin, 'there')])
  const { text } = await createVisitor(here.url).readShare(share.uuid)
  for (const name of ['here', 'there']) {
    const order = [...text.matchAll(new RegExp(`"content":"${name} (\\d+)"`, 'g'))].map(([, index]) =>
      Number(index),
    )
    assert.deepEqual(
      order,
      Array.from({ length: 20 }, (_, index) => index),
    )
  }
})
