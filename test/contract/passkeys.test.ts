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

test('what a synced passkey signed once signs in once', async () => {
  const owner = await signUp(server.url)
  const passkey = createSyncedPasskey(server.url)
  const added = passkey.add(await optionsOf(owner, owner.path('/passkeys/options')))
  const json = { name: 'Everywhere', credential: added }
  assert.equal((await owner.send('POST', owner.path('/passkeys'), { json })).status, 200)

  const stranger = createVisitor(server.url)
  const signIn = (credential: object) =>
    createVisitor(server.url).send('POST', '/api/auth/passkeys', { json: { credential } })
  const signed = passkey.signIn(await optionsOf(stranger, '/api/auth/passkeys/options'))
  assert.equal(expectOk(await signIn(signed), shapes.signedIn).user.id, owner.id)
  expectAuthRefusal(await signIn(signed), 401)
  const later = passkey.signIn(await optionsOf(stranger, '/api/auth/passkeys/options'))
  assert.equal(expectOk(await signIn(later), shapes.signedIn).user.id, owner.id)
  expectAuthRefusal(await signIn(later), 401)
})
