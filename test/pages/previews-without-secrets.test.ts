import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { writeChatPage } from '../../src/http/pages/share/chat-page.ts'
import { createRenderer } from '../../src/rendering/renderer.ts'
import { mayHoldFindings } from '../../src/scanning/may-hold-findings.ts'
import { signUp } from '../kit/client.ts'
import { madeUpSecrets } from '../kit/made-up-secrets.ts'
import { startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

const secrets = madeUpSecrets('preview')
const renderer = createRenderer()
after(() => renderer.close())

async function previewOf(name: string, content: string) {
  const message = { id: 1, role: 'user' as const, content, createdAt: 1, updatedAt: 1 }
  const chat = { name, model: 'triton-1', createdAt: 1, updatedAt: 1, messages: [message], files: new Map() }
  let preview = { title: '', description: '' }
  // On a busy machine it says nothing at first.
  await until('the preview', async () => {
    const { page } = await writeChatPage(chat, renderer, { ownerId: 1, signal: new AbortController().signal })
    preview = page.preview
    return preview.title !== 'A shared chat'
  })
  return preview
}

describe('the preview of a link', () => {
  test('holds no secret of any kind, whether in the name or the first message', async () => {
    for (const { kind, secret, message } of secrets) {
      assert.ok(mayHoldFindings(message), kind)
      const { title, description } = await previewOf(message, message)
      const tail = secret.slice(-10)
      assert.ok(!title.includes(tail) && !description.includes(tail), `${kind}: ${title} ${description}`)
    }
  })

  test('holds no part of one where it is cut, and none that Markdown takes apart', async () => {
    const { secret } = secrets.find(({ kind }) => kind === 'GitHub classic') ?? assert.fail()
    const words = 'Neptune has moons and here is what opens them all the same way. '
    for (let before = 140; before < 200; before += 7) {
      const { description } = await previewOf(
        'Moons',
        `${words.repeat(4).slice(0, before)} ${secret} and more words`,
      )
      assert.ok(!description.includes(secret.slice(0, 8)), description)
    }
    const marked = `**${secret.slice(0, 12)}**${secret.slice(12)} opens it`
    const { description } = await previewOf('Moons', marked)
    assert.ok(!description.includes(secret.slice(12, 24)), description)
  })

  test('says nothing of who and where', async () => {
    const { description } = await previewOf(
      'Moons',
      'Ask ada@neptun.dev, in /home/ada-l, on db.moons.internal (10.20.30.40).',
    )
    assert.equal(description, 'Ask [redacted], in /home/[redacted], on [redacted] ([redacted]).')
  })

  test('of anything else is the first words as they are', async () => {
    assert.deepEqual(await previewOf('Moons', 'Which moon orbits **backwards**?'), {
      title: 'Moons',
      description: 'Which moon orbits backwards?',
    })
  })

  test('is what the page tells, to everyone and in all its tags', async () => {
    const server = await startServer()
    after(() => server.close())
    const ada = await signUp(server.url)
    const { secret, message } = secrets.find(({ kind }) => kind === 'Stripe live') ?? assert.fail()
    const share = await ada.share(
      await ada.createChat([{ role: 'user', content: message }], `With ${secret}`),
    )
    let tags: string[] = []
    await until('the preview', async () => {
      const page = await (await fetch(`${server.url}/shared/chats/${share.uuid}`)).text()
      tags = page.match(/<meta [^>]*>/g) ?? []
      return tags.some((tag) => tag.includes('With [redacted]'))
    })
    assert.ok(tags.some((tag) => tag.includes('og:description')))
    assert.ok(!tags.join('').includes(secret.slice(8)))
  })
})
