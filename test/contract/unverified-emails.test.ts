import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { expectOk, signUp } from '../kit/client.ts'
import { expectRow, info } from '../kit/refusals.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer, type Server } from '../kit/start-server.ts'
import { runOperator } from '../kit/operator.ts'

/** Which emails count on a whitelist while no mail has proved them. */

type Env = Readonly<Record<string, string>>

const servers = new Map<string, Promise<Server>>()
after(() => Promise.all([...servers.values()].map(async (server) => (await server).close())))

/** One server for all tests with the same environment: each of them has its own people. */
async function withServer(env: Env, work: (server: Server) => Promise<void>): Promise<void> {
  const key = JSON.stringify(env)
  const server = servers.get(key) ?? startServer({ env })
  servers.set(key, server)
  await work(await server)
}

/** Reads a share for listed emails, as someone who is listed, with these headers. */
async function readAsListed(server: Server, headers: Env = {}) {
  const owner = await signUp(server.url)
  const listed = await signUp(server.url)
  const share = await owner.share(await owner.createChat(), { emails: [listed.email] })
  return { answer: await listed.readShare(share.uuid, undefined, headers), owner, listed, share }
}

const refused = info({ isPrivate: true, whitelist: true })

describe('an email nobody has verified', () => {
  test('counts under UNVERIFIED_EMAILS=trust, through a proxy too', () =>
    withServer({ UNVERIFIED_EMAILS: 'trust', PUBLIC_URL: 'https://share.example.org' }, async (server) => {
      const { answer } = await readAsListed(server, { 'x-forwarded-for': '203.0.113.5' })
      expectOk(answer, shapes.sharedChat)
    }))

  test("doesn't count under UNVERIFIED_EMAILS=refuse, until the operator verifies it", () =>
    withServer({ UNVERIFIED_EMAILS: 'refuse' }, async (server) => {
      const { answer, listed, share } = await readAsListed(server)
      expectRow(answer, 'notListed', refused)
      const run = await runOperator(['verify', listed.email.toUpperCase()], { database: server.database })
      assert.equal(run.code, 0, run.output)
      expectOk(await listed.readShare(share.uuid), shapes.sharedChat)
      const { user } = expectOk(await listed.get(listed.path()), shapes.user)
      assert.equal(user.email_verified, true)
    }))

  test('is unverified again when it is changed', () =>
    withServer({ UNVERIFIED_EMAILS: 'refuse' }, async (server) => {
      const { owner, listed, share } = await readAsListed(server)
      await runOperator(['verify', listed.email], { database: server.database })
      const email = `changed-${crypto.randomUUID()}@example.org`
      await owner.changeShare(share, { emails: [email] })
      const json = { email, current_password: listed.password }
      const { user } = expectOk(await listed.send('PATCH', listed.path(), { json }), shapes.user)
      assert.equal(user.email_verified, false)
      expectRow(await listed.readShare(share.uuid), 'notListed', refused)
    }))

  for (const [where, env] of [
    ['a server for this machine alone', {}],
    ['one whose public URL is on this machine', { PUBLIC_URL: 'http://[::1]:3000' }],
    ['one that listens to the network', { HOST: '0.0.0.0', PUBLIC_URL: 'http://localhost:3000' }],
    ['one whose public URL is elsewhere', { PUBLIC_URL: 'https://share.example.org' }],
  ] as const) {
    test(`doesn't count unless that is said: ${where}`, () =>
      withServer(env, async (server) => {
        const reachable: Server = { ...server, url: server.url.replace('0.0.0.0', '127.0.0.1') }
        expectRow((await readAsListed(reachable)).answer, 'notListed', refused)
      }))
  }

  test('counts with a warning at the start that tells what that lets in', () =>
    withServer({ UNVERIFIED_EMAILS: 'trust' }, async (server) => {
      const warned = server.logs().filter(({ level }) => level === 'warn')
      assert.equal(warned.length, 1)
      assert.match(String(warned[0]?.['msg']), /UNVERIFIED_EMAILS.*whoever signs up/)
    }))

  test('never keeps its owner from their own share', () =>
    withServer({ UNVERIFIED_EMAILS: 'refuse' }, async (server) => {
      const { owner, share } = await readAsListed(server)
      expectOk(await owner.readShare(share.uuid), shapes.sharedChat)
    }))
})
