import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { renderPlainText } from './render-plain-text.ts'
import { createRenderer, type Renderer } from './renderer.ts'

/** Takes several times the limit on any machine. */
const endless = '!['.repeat(4_000_000)

const ada = { owner: 'ada' }
const bob = { owner: 'bob' }

/** Waits for messages as long as they take, and renders the smallest by a worker, too. */
const createPatientRenderer = () => createRenderer({ patienceMs: 60_000, rendersHere: false })

/** For tests that leave it as it was. */
const shared = createPatientRenderer()
after(() => shared.close())

/** One for a test of its own. */
async function withRenderer(use: (renderer: Renderer) => Promise<void>): Promise<void> {
  const renderer = createPatientRenderer()
  try {
    await use(renderer)
  } finally {
    await renderer.close()
  }
}

test('messages come back rendered, in their order, each with ids of its own', async () => {
  const rendered = await shared.render(
    [
      { id: 12, content: 'a\n\n- [ ] b' },
      { id: 7, content: '**c**' },
    ],
    ada,
  )
  assert.deepEqual(rendered, [
    {
      id: 12,
      html: '<p>a</p>\n<ul>\n<li class="task"><input type="checkbox" id="m12-task-1" disabled><label for="m12-task-1">b</label></li>\n</ul>\n',
      isPlain: false,
      isFinal: true,
    },
    { id: 7, html: '<p><strong>c</strong></p>\n', isPlain: false, isFinal: true },
  ])
  assert.deepEqual(await shared.render([], ada), [])
})

test('calls at the same time each get their own messages', async () => {
  const calls = Array.from({ length: 20 }, (_, call) =>
    shared.render(
      [1, 2, 3].map((id) => ({ id, content: `${call} ${id}` })),
      { owner: `${call % 4}` },
    ),
  )
  for (const [call, rendered] of (await Promise.all(calls)).entries()) {
    assert.deepEqual(
      rendered.map(({ html }) => html),
      [1, 2, 3].map((id) => `<p>${call} ${id}</p>\n`),
    )
  }
})

test('a message that takes too long comes back as plain text, the others and other readers as ever', () =>
  withRenderer(async (renderer) => {
    const [hostile, other] = await Promise.all([
      renderer.render(
        [
          { id: 1, content: '*a*' },
          { id: 2, content: endless },
          { id: 3, content: '*b*' },
        ],
        ada,
      ),
      renderer.render([{ id: 4, content: '*c*' }], bob),
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

test('small messages are rendered together, in their order, whatever was rendered before', async () => {
  const messages = Array.from({ length: 40 }, (_, id) => ({ id, content: `${'x'.repeat(1000)} *${id}*` }))
  await shared.render([messages[3] ?? assert.fail(), messages[20] ?? assert.fail()], ada)
  const rendered = await shared.render(messages, ada)
  assert.deepEqual(
    rendered.map(({ id, html }) => [id, html]),
    messages.map(({ id }) => [id, `<p>${'x'.repeat(1000)} <em>${id}</em></p>\n`]),
  )
})

test('after three messages that take too long, the rest of their chat is plain text', () =>
  withRenderer(async (renderer) => {
    const rendered = await renderer.render(
      [endless, endless, endless, '*a*', '*b*'].map((content, index) => ({ id: index + 1, content })),
      ada,
    )
    assert.ok(rendered.every(({ isPlain }) => isPlain))
    assert.equal(rendered[4]?.html, renderPlainText('*b*'))
  }))

test('a message that cannot be rendered whole comes back as plain text', async () => {
  const content = '>'.repeat(500) + ' a'
  assert.deepEqual(await shared.render([{ id: 1, content }], ada), [
    { id: 1, html: renderPlainText(content), isPlain: true, isFinal: true },
  ])
})

test('closing ends what is under way and refuses what comes after', async () => {
  const renderer = createRenderer({ rendersHere: false })
  await renderer.render([{ id: 3, content: 'a' }], ada)
  const underWay = renderer.render([{ id: 1, content: endless }], ada)
  const waiting = renderer.render([{ id: 2, content: 'a' }], ada)
  await Promise.all([assert.rejects(underWay, /closed/), assert.rejects(waiting, /closed/), renderer.close()])
  await assert.rejects(renderer.render([{ id: 1, content: 'a' }], ada), /closed/)
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
    const [message] = await renderer.render([{ id: 1, content: '*a*' }], ada)
    assert.equal(message?.html, '<p><em>a</em></p>\n')
    renderer.warm()
    const [other] = await renderer.render([{ id: 2, content: '```ts\nconst a = 1\n```' }], ada)
    assert.match(other?.html ?? '', /tk-keyword/)
  }))

test('whose turn does not come in time is plain text for now, and whole when it is asked for again', async () => {
  const renderer = createRenderer({ patienceMs: 300, rendersHere: false })
  const messages = [
    { id: 1, content: endless },
    { id: 2, content: '*a*' },
  ]
  const first = await renderer.render(messages, ada)
  assert.deepEqual(
    first.map(({ html, isPlain, isFinal }) => [html, isPlain, isFinal]),
    messages.map(({ content }) => [renderPlainText(content), true, false]),
  )
  let second = first
  for (let tries = 0; tries < 100 && second[1]?.isPlain; tries++) {
    await sleep(100)
    second = await renderer.render([messages[0] ?? assert.fail(), messages[1] ?? assert.fail()], ada)
  }
  await renderer.close()
  assert.deepEqual(second[1], { id: 2, html: '<p><em>a</em></p>\n', isPlain: false, isFinal: true })
})

test('one owner’s slow chats, however many, hold up nobody else’s', () =>
  withRenderer(async (renderer) => {
    const end = new AbortController()
    const slow = Array.from({ length: 60 }, (_, call) =>
      renderer.render([{ id: call, content: endless }], { ...ada, signal: end.signal }),
    )
    const [other] = await renderer.render([{ id: 1, content: '*c*' }], bob)
    assert.equal(other?.isPlain, false)
    const waited = await Promise.race([Promise.all(slow), Promise.resolve('still under way')])
    assert.equal(waited, 'still under way')
    end.abort(new Error('nobody reads'))
    const outcomes = await Promise.allSettled(slow)
    assert.ok(outcomes.slice(2).every(({ status }) => status === 'rejected'))
  }))

test('a call that nobody waits for any more ends', () =>
  withRenderer(async (renderer) => {
    const end = new AbortController()
    // The one in hand is waited for.
    const content = '!['.repeat(100_000)
    const abandoned = renderer.render(
      [1, 2, 3].map((id) => ({ id, content })),
      { ...ada, signal: end.signal },
    )
    const next = renderer.render([{ id: 4, content: '*d*' }], ada)
    end.abort(new Error('nobody reads'))
    await assert.rejects(abandoned, /nobody reads/)
    assert.equal((await next)[0]?.html, '<p><em>d</em></p>\n')
    await assert.rejects(renderer.render([], { ...ada, signal: end.signal }), /nobody reads/)
  }))

test('a message that takes too long is tried again after a while, and not before', async () => {
  let now = 0
  const renderer = createRenderer({ patienceMs: 60_000, now: () => now, rendersHere: false })
  const hostile = [{ id: 1, content: endless }]
  const first = await renderer.render(hostile, ada)
  assert.deepEqual([first[0]?.isPlain, first[0]?.isFinal], [true, false])
  now = 59_000
  assert.deepEqual(await renderer.render(hostile, ada), first)
  await renderer.close()
})
