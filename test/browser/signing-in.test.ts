import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { type BrowserVisitor, findAxeViolations, startBrowser, type TestBrowser } from '../kit/browser.ts'
import { createVisitor, expectOk, logIn, type Person, signUp } from '../kit/client.ts'
import { ensureBuiltApp } from '../kit/ensure-built-app.ts'
import { freePort } from '../kit/free-port.ts'
import { type OidcProvider, startOidcProvider } from '../kit/oidc-provider.ts'
import { pixelsTooWide } from '../kit/page-facts.ts'
import { shapes } from '../kit/shapes.ts'
import { type Server, startServer } from '../kit/start-server.ts'

/** Ways in besides a password, as people meet them. */

/** A device that has passkeys, and a person who confirms each. */
async function addAuthenticator(context: BrowserContext, page: Page): Promise<void> {
  const devtools = await context.newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

/** What the server says to begin with a passkey. */
async function optionsOf(path: string, person: Person): Promise<object> {
  return ((await person.send('POST', path)).json() as { options: object }).options
}

async function add(person: Person, credential: unknown): Promise<number> {
  const json = { name: 'Mine', credential }
  return (await person.send('POST', person.path('/passkeys'), { json })).status
}

describe('signing in without a password of ours', () => {
  let server: Server
  let provider: OidcProvider
  let browser: TestBrowser
  /** under a name, as passkeys need one */
  let url: string
  before(async () => {
    ensureBuiltApp()
    const port = await freePort()
    url = `http://localhost:${port}`
    provider = await startOidcProvider([url])
    server = await startServer({ env: { ...provider.env, PORT: String(port) } })
    browser = await startBrowser()
  })
  after(async () => {
    await browser.close()
    await server.close()
    await provider.stop()
  })

  /** Problems but for having been at the provider, which was wanted. */
  function problemsOf(visitor: BrowserVisitor): string[] {
    return visitor.problems().filter((problem) => !problem.includes(provider.issuer))
  }

  test('a colleague opens a link that is for them, signs on, and reads', async () => {
    const owner = await signUp(url)
    const email = `${randomUUID()}@corp.example`
    const share = await owner.share(await owner.createChat(), { emails: [email] })
    provider.person = { sub: randomUUID(), email, email_verified: true }
    const visitor = await browser.open(url)
    const { page } = visitor
    await page.goto(`/shared/chats/${share.uuid}`)
    assert.deepEqual(await findAxeViolations(page), [])
    await page.getByRole('link', { name: 'Continue with Neptune Corp' }).click()
    await page.getByText('Triton. It orbits backwards.').waitFor()
    assert.equal(new URL(page.url()).pathname, `/shared/chats/${share.uuid}`)
    assert.deepEqual(problemsOf(visitor), [])
    await visitor.close()
  })

  test('an owner signs on in the app, and lands on the page they asked for', async () => {
    provider.person = { sub: randomUUID(), email: `${randomUUID()}@corp.example`, email_verified: true }
    const visitor = await browser.open(url)
    const { page } = visitor
    await page.goto('/links?from=mail')
    await page.getByRole('link', { name: 'Continue with Neptune Corp' }).click()
    await page.getByRole('heading', { name: 'Links' }).waitFor()
    assert.equal(page.url(), `${url}/links?from=mail`)
    await page.goto('/account')
    await page
      .getByText(provider.person.email ?? '')
      .first()
      .waitFor()
    assert.deepEqual(problemsOf(visitor), [])
    await visitor.close()
  })

  test('a sign-on that fails is a page that says what to do, on a phone too', async () => {
    provider.person = undefined
    const visitor = await browser.open(url, { isPhone: true })
    const { page } = visitor
    await page.goto('/sign-in?next=/links')
    await page.getByRole('link', { name: 'Continue with Neptune Corp' }).click()
    await page.getByRole('heading', { name: 'You are not signed in' }).waitFor()
    assert.deepEqual(await findAxeViolations(page), [])
    assert.ok((await pixelsTooWide(page)) <= 0)
    const retry = await page.getByRole('link', { name: 'Try again' }).getAttribute('href')
    assert.equal(retry, '/auth/oidc?next=/links')
    await visitor.close()
  })

  test('a passkey is added, named, signs in without a password, and is removed', async () => {
    const owner = await signUp(url)
    const visitor = await browser.open(url, { as: owner })
    const { page, context } = visitor
    await addAuthenticator(context, page)
    await page.goto('/account')
    await page.getByLabel('Name of the passkey').fill('My laptop')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByText('never used').waitFor()
    await page.getByRole('button', { name: 'Rename My laptop' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Work laptop')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Remove Work laptop' }).waitFor()

    // The same device has one already.
    await page.getByLabel('Name of the passkey').fill('Again')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByText('has a passkey for your account already').waitFor()

    await context.clearCookies()
    await page.goto('/links')
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.getByRole('heading', { name: 'Links' }).waitFor()

    await context.clearCookies()
    await page.goto('/sign-in?next=/account')
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.getByText('last used').first().waitFor()
    const phone = await logIn(owner)
    const { events } = expectOk(await phone.get(phone.path('/events')), shapes.events)
    const seen = events.map(({ kind, detail }) => (detail === undefined ? kind : `${kind} ${detail}`))
    assert.equal(seen.filter((one) => one === 'signed-in passkey').length, 2)
    assert.ok(seen.includes('passkey-added'))

    await page.getByRole('button', { name: 'Remove Work laptop' }).click()
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByText('Passkey removed').first().waitFor()
    await context.clearCookies()
    await page.goto('/sign-in')
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.getByText('This passkey is not known here').waitFor()
    assert.deepEqual(problemsOf(visitor), [])
    await visitor.close()
  })

  test('a passkey’s signature signs in once, here alone, and adds nothing to another account', async () => {
    const owner = await signUp(url)
    const other = await signUp(url)
    const visitor = await browser.open(url, { as: owner })
    const { page, context } = visitor
    await addAuthenticator(context, page)
    await page.goto('/account')
    /** What the device says to options of the server's. */
    const ask = (method: 'create' | 'get', options: unknown) =>
      page.evaluate(
        `(async () => {
          const parsed = PublicKeyCredential.parse${method === 'create' ? 'Creation' : 'Request'}OptionsFromJSON(${JSON.stringify(options)})
          return (await navigator.credentials.${method}({ publicKey: parsed })).toJSON()
        })()`,
      )
    const made = await ask('create', await optionsOf(owner.path('/passkeys/options'), owner))
    assert.equal(await add(other, made), 400)
    assert.equal(await add(owner, made), 200)
    assert.equal(await add(owner, made), 400)

    const signIn = async (credential: unknown, headers = {}) => {
      const asked = createVisitor(url, headers)
      const answer = await asked.send('POST', '/api/auth/passkeys', { json: { credential } })
      assert.equal(asked.cookies.has('neptun-session'), answer.status === 200)
      return answer
    }
    const forSignIn = () => optionsOf('/api/auth/passkeys/options', other)
    const signed = (await ask('get', await forSignIn())) as { response: Record<string, string> }
    const forged = { ...signed, response: { ...signed.response, signature: 'MEUCIQ' } }
    assert.equal((await signIn(forged)).status, 401)
    assert.equal((await signIn({ ...signed, id: 'AAAA', rawId: 'AAAA' })).status, 401)
    const { user } = expectOk(await signIn(signed), shapes.signedIn)
    assert.equal(user.id, owner.id)
    assert.equal((await signIn(signed)).status, 401)

    // A challenge that isn't ours, or is for another purpose.
    const own = { ...(await forSignIn()), challenge: 'A'.repeat(54) }
    assert.equal((await signIn(await ask('get', own))).status, 401)
    const creation = (await optionsOf(owner.path('/passkeys/options'), owner)) as { challenge: string }
    const mixed = { ...(await forSignIn()), challenge: creation.challenge }
    assert.equal((await signIn(await ask('get', mixed))).status, 401)
    assert.equal((await signIn({})).status, 400)

    const passkeys = (await owner.get(owner.path('/passkeys'))).json() as { passkeys: { id: number }[] }
    const [passkey] = passkeys.passkeys
    assert.equal((await other.send('DELETE', other.path(`/passkeys/${passkey?.id}`))).status, 404)
    assert.equal(
      (await other.send('PATCH', other.path(`/passkeys/${passkey?.id}`), { json: { name: 'x' } })).status,
      404,
    )
    await visitor.close()
  })
})
