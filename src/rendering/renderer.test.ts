import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderPlainText } from './render-plain-text.ts'
import { createRenderer, type Renderer } from './renderer.ts'

/** Takes several times the limit on any machine. */
const endless = '!['.repeat(16_000_000)

async function withRenderer(use: (renderer: Renderer) => Promise<void>): Promise<void> {
  const renderer = createRenderer()
  try {
    await use(renderer)
  } finally {
    await renderer.close()
  }
}

test('messages come back rendered, in their order, each with ids of its own', () =>
  withRenderer(async (renderer) => {
    const rendered = await renderer.render([
      { id: 12, content: 'a\n\n- [ ] b' },
      { id: 7, content: '**c**' },
    ])
    assert.deepEqual(rendered, [
      {
        id: 12,
        html: '<p>a</p>\n<ul>\n<li class="task"><input type="checkbox" id="m12-task-1" disabled><label for="m12-task-1">b</label></li>\n</ul>\n',
        isPlain: false,
        isFinal: true,
      },
      { id: 7, html: '<p><strong>c</strong></p>\n', isPlain: false, isFinal: true },
    ])
    assert.deepEqual(await renderer.render([]), [])
  }))

test('calls at the same time each get their own messages', () =>
  withRenderer(async (renderer) => {
    const calls = Array.from({ length: 20 }, (_, call) =>
      renderer.render([1, 2, 3].map((id) => ({ id, content: `${call} ${id}` }))),
    )
    for (const [call, rendered] of (await Promise.all(calls)).entries()) {
      assert.deepEqual(
        rendered.map(({ html }) => html),
        [1, 2, 3].map((id) => `<p>${call} ${id}</p>\n`),
      )
    }
  }))

test('a message that takes too long comes back as plain text, the others and other readers as ever', () =>
  withRenderer(async (renderer) => {
    const [hostile, other] = await Promise.all([
      renderer.render([
        { id: 1, content: '*a*' },
        { id: 2, content: endless },
        { id: 3, content: '*b*' },
      ]),
      renderer.render([{ id: 4, content: '*c*' }]),
    ])
    assert.deepEqual(
      hostile.map(({ id, isPlain }) => [id, isPlain]),
      [
        [1, false],
        [2, true],
        [3, false],
      ],
    )
    assert.equal(hostile[1]?.html, renderPlainText(endless))
    assert.deepEqual(other, [{ id: 4, html: '<p><em>c</em></p>\n', isPlain: false, isFinal: true }])
  }))

test('after three messages that take too long, the rest of their chat is plain text', () =>
  withRenderer(async (renderer) => {
    const rendered = await renderer.render(
      [endless, endless, endless, '*a*', '*b*'].map((content, index) => ({ id: index + 1, content })),
    )
    assert.ok(rendered.every(({ isPlain }) => isPlain))
    assert.equal(rendered[4]?.html, renderPlainText('*b*'))
  }))

test('a message that cannot be rendered whole comes back as plain text', () =>
  withRenderer(async (renderer) => {
    const content = '>'.repeat(500) + ' a'
    assert.deepEqual(await renderer.render([{ id: 1, content }]), [
      { id: 1, html: renderPlainText(content), isPlain: true, isFinal: true },
    ])
  }))

test('closing ends what is under way and refuses what comes after', async () => {
  const renderer = createRenderer()
  await renderer.render([{ id: 3, content: 'a' }])
  const underWay = renderer.render([{ id: 1, content: endless }])
  const waiting = renderer.render([{ id: 2, content: 'a' }])
  await Promise.all([assert.rejects(underWay, /closed/), assert.rejects(waiting, /closed/), renderer.close()])
  await assert.rejects(renderer.render([{ id: 1, content: 'a' }]), /closed/)
})

test('a renderer that was never asked starts no worker and closes at once', async () => {
  await createRenderer().close()
})

test('plain text keeps its lines and is escaped', () => {
  assert.equal(
    renderPlainText('a\n  <b> & "c"\u0000'),
    '<div class="plain-text">a\n  &lt;b&gt; &amp; &quot;c&quot;\ufffd</div>\n',
  )
})

test('who reads while the renderer gets ready is served, and it can get ready again', () =>
  withRenderer(async (renderer) => {
    renderer.warm()
    const [message] = await renderer.render([{ id: 1, content: '*a*' }])
    assert.equal(message?.html, '<p><em>a</em></p>\n')
    renderer.warm()
    const [other] = await renderer.render([{ id: 2, content: '```ts\nconst a = 1\n```' }])
    assert.match(other?.html ?? '', /tk-keyword/)
  }))
