import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createVisitor, expectOk, logIn, signUp } from '../kit/client.ts'
import { runOperator } from '../kit/operator.ts'
import { expectAuthRefusal, expectForbidden, expectRow } from '../kit/refusals.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'

const server = await startServer()
after(() => server.close())

const database = server.database
const logInAs = (email: string, password: string) =>
  createVisitor(server.url).send('POST', '/api/auth/login', { json: { email, password } })
const newEmail = () => `${crypto.randomUUID()}@example.org`

describe('the operator, while the server runs,', () => {
  test('adds an account, in closed houses too', async () => {
    const closed = await startServer({ env: { SIGN_UP: 'closed' } })
    try {
      const visitor = createVisitor(closed.url)
      const json = { email: newEmail(), password: 'a good password' }
      expectForbidden(await visitor.send('POST', '/api/auth/sign-up', { json }))
      const run = await runOperator(['add', json.email.toUpperCase()], {
        database: closed.database,
        password: json.password,
      })
      assert.equal(run.code, 0, run.output)
      assert.doesNotMatch(run.output, /a good password/)
      expectOk(await visitor.send('POST', '/api/auth/login', { json }), shapes.signedIn)
    } finally {
      await closed.close()
    }
  })

  test('verifies an email', async () => {
    const person = await signUp(server.url)
    const run = await runOperator(['verify', person.email], { database })
    assert.equal(run.code, 0, run.output)
    assert.equal(expectOk(await person.get(person.path()), shapes.user).user.email_verified, true)
  })

  test('resets a forgotten password, which ends all sessions', async () => {
    const person = await signUp(server.url)
    const json = { name: 'CI', scope: 'read' }
    const made = expectOk(await person.send('POST', person.path('/tokens'), { json }), shapes.newToken)
    const run = await runOperator(['reset-password', person.email], { database, password: 'a new password' })
    assert.equal(run.code, 0, run.output)
    const authorization = `Bearer ${made.token.token}`
    assert.equal((await createVisitor(server.url).get('/api/auth/session', { authorization })).status, 401)
    assert.equal((await person.send('HEAD', '/api/auth/check')).status, 401)
    expectAuthRefusal(await logInAs(person.email, person.password), 401, 'Invalid credentials')
    expectOk(await logInAs(person.email, 'a new password'), shapes.signedIn)
  })

  test('deletes an account with everything', async () => {
    const person = await signUp(server.url)
    const share = await person.share(await person.createChat())
    const run = await runOperator(['delete', person.email], { database })
    assert.equal(run.code, 0, run.output)
    expectRow(await createVisitor(server.url).readShare(share.uuid), 'notFound')
    expectAuthRefusal(await logInAs(person.email, person.password), 401)
  })

  test('is told when there is no such account, and when there already is one', async () => {
    for (const action of ['verify', 'reset-password', 'delete']) {
      const run = await runOperator([action, newEmail()], { database, password: 'a new password' })
      assert.equal(run.code, 1, action)
      assert.match(run.output, /has no account here\.$/m, action)
      assert.doesNotMatch(run.output, /\n\s+at /, action)
    }
    const person = await signUp(server.url)
    const run = await runOperator(['add', person.email], { database, password: 'a new password' })
    assert.equal(run.code, 1)
    assert.match(run.output, /has an account already\.$/m)
    expectOk(await logInAs(person.email, person.password), shapes.signedIn)
    assert.equal((await logIn(person)).id, person.id)
  })

  test('is told when the password or the email is none', async () => {
    for (const [email, password, told] of [
      [newEmail(), 'seven77', /8 to 256 characters\.$/m],
      [newEmail(), 'x'.repeat(257), /8 to 256 characters\.$/m],
      ['nobody', 'a good password', /email/],
    ] as const) {
      const run = await runOperator(['add', email], { database, password })
      assert.equal(run.code, 1, `${email} ${password}`)
      assert.match(run.output, told)
      assert.doesNotMatch(run.output, /\n\s+at /)
    }
  })

  test('is shown how to use it when the command is none', async () => {
    for (const args of [[], ['banana', 'a@example.org'], ['add']]) {
      const run = await runOperator(args, { database, password: 'a good password' })
      assert.notEqual(run.code, 0)
      assert.match(run.output, /reset-password/)
      assert.doesNotMatch(run.output, /\n\s+at /)
    }
  })
})
