/**
 * A server on a fresh temporary database with an account, a chat, and a share of every kind. Prints what to open
 * and what to paste; nothing is kept when it stops.
 *
 * Usage: npm run demo        PORT=4000 npm run demo
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { readMarkdown } from '../src/importing/formats/markdown.ts'

const OWNER = { email: 'owner@example.com', password: 'the owner of the demo' }
const LISTED = { email: 'ada@example.com', password: 'listed for the demo' }
const SHARE_PASSWORD = 'open: sesame'

const folder = mkdtempSync(join(tmpdir(), 'neptun-share-demo-'))
const server = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], {
  env: {
    PORT: '3000',
    ...process.env,
    SIGN_UP: 'open',
    // The listed reader of the demo has no mailbox to prove.
    UNVERIFIED_EMAILS: 'trust',
    DATABASE_URL: `file:${join(folder, 'demo.db')}`,
  },
  stdio: ['ignore', 'pipe', 'inherit'],
})
server.on('exit', (code) => {
  rmSync(folder, { recursive: true, force: true })
  process.exit(code ?? 0)
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => server.kill(signal))

const url = await listeningUrl()
const owner = await person(OWNER)
const ada = await person(LISTED)
const draft = readMarkdown(readFileSync(join(import.meta.dirname, 'demo-chat.md'), 'utf8'))
if (!draft) throw new Error('demo-chat.md is no chat.')

const open = await shareChat('Open to everyone with the link', {})
const withPassword = await shareChat('With a password', { password: SHARE_PASSWORD })
const forAda = await shareChat('For listed emails', { emails: [LISTED.email] })
const forOwner = await shareChat("The owner's alone", { is_protected: true })
const limited = await shareChat('Three views', { max_views: 3 })
const paused = await shareChat('Paused', { is_shared: false })
const frozen = await shareChat('A snapshot', { snapshot: true })

const basic = Buffer.from(`:${SHARE_PASSWORD}`).toString('base64')
console.log(`
Neptun Share runs at ${url}   (Ctrl+C stops it; nothing is kept)

  account        ${OWNER.email}    password  ${OWNER.password}
  listed reader  ${LISTED.email}      password  ${LISTED.password}
  share password ${SHARE_PASSWORD}

Open in a browser
  open to all    ${page(open)}
  password       ${page(withPassword)}
  listed emails  ${page(forAda)}
  owner alone    ${page(forOwner)}
  three views    ${page(limited)}
  paused         ${page(paused)}
  snapshot       ${page(frozen)}

Paste into a terminal
  200  open              curl -i ${api(open)}
  200  as Markdown       curl -H 'Accept: text/markdown' ${api(open)}
  401  password missing  curl -i ${api(withPassword)}
  200  with the password curl -i -H 'Authorization: Basic ${basic}' ${api(withPassword)}
  401  not signed in     curl -i ${api(forAda)}
  200  on the list       curl -i -H 'Cookie: ${ada.cookie}' ${api(forAda)}
  403  not on the list   curl -i -H 'Cookie: ${ada.cookie}' ${api(forOwner)}
  404  paused            curl -i ${api(paused)}
  404  no such share     curl -i ${api('00000000-0000-4000-8000-000000000000')}
  200  share status      curl -i -H 'Cookie: ${owner.cookie}' ${url}/api/users/${owner.id}/chats/1/shares
`)

function page(uuid: string): string {
  return `${url}/shared/chats/${uuid}`
}

function api(uuid: string): string {
  return `${url}/api/shared/chats/${uuid}`
}

async function shareChat(title: string, settings: object): Promise<string> {
  const { chat } = await post(`/api/users/${owner.id}/chats`, {
    name: `${draft?.name ?? 'A chat'} · ${title}`,
    model: draft?.model ?? 'unknown',
  })
  const path = `/api/users/${owner.id}/chats/${chat.id}`
  await post(`${path}/messages`, {
    messages: draft?.messages.map(({ role, content }) => ({ role, content })),
  })
  const { share } = await post(`${path}/shares`, settings)
  return share.uuid
}

async function post(path: string, body: object): Promise<{ chat: { id: number }; share: { uuid: string } }> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: owner.cookie },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return JSON.parse(await response.text())
}

async function person(account: { email: string; password: string }): Promise<{ id: number; cookie: string }> {
  const response = await fetch(`${url}/api/auth/sign-up`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
  })
  const { user }: { user: { id: number } } = JSON.parse(await response.text())
  return { id: user.id, cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '' }
}

/** Waits for the server, then lets its log run on unread. */
function listeningUrl(): Promise<string> {
  return new Promise((resolve) => {
    createInterface({ input: server.stdout }).on('line', (line) => {
      const found = /Listening on (http[^"]+)/.exec(line)?.[1]
      if (found) resolve(found)
      else if (/"level":"(?:warn|error|fatal)"/.test(line)) console.error(line)
    })
  })
}
