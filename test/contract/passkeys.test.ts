import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createVisitor, expectOk, type Person, signUp } from '../kit/client.ts'
import { expectAuthRefusal } from '../kit/refusals.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'
import { createSyncedPasskey } from '../kit/synced-passkey.ts'

/** Passkeys that are synced among somebody's devices; test/browser/signing-in.test.ts has those of one device. */

const server = await startServer()
after(() => server.close())

async function optionsOf(person: Pick<Person, 'send'>, path: string): Promise<{ challenge: string }> {
  return ((await person.send('POST', path)).json() as { options: { challenge: string } }).options
}

async function newPasskey() {
  const owner = await signUp(server.url)
  const passkey = createSyncedPasskey(server.url)
  const added = passkey.add(await optionsOf(owner, owner.path('/passkeys/options')))
  const json = { name: 'Everywhere', credential: added }
  assert.equal((await owner.send('POST', owner.path('/passkeys'), { json })).status, 200)
  const stranger = createVisitor(server.url)
  return {
    owner,
    sign: async () => passkey.signIn(await optionsOf(stranger, '/api/auth/passkeys/options')),
  }
}

async function signIn(credential: object) {
  return createVisitor(server.url).send('POST', '/api/auth/passkeys', { json: { credential } })
}

test('a synced passkey signs in on any device, again and again', async () => {
  const { owner, sign } = await newPasskey()
  for (let times = 0; times < 3; times++) {
    assert.equal(expectOk(await signIn(await sign()), shapes.signedIn).user.id, owner.id)
  }
})

test('what it signed once signs in once', async () => {
  const { owner, sign } = await newPasskey()
  const signed = await sign()
  assert.equal(expectOk(await signIn(signed), shapes.signedIn).user.id, owner.id)
  expectAuthRefusal(await signIn(signed), 401)
})
