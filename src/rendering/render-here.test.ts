import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRenderHere } from './render-here.ts'
import { createRenderer, type MessageToRender } from './renderer.ts'

const numbered = (...contents: readonly string[]): MessageToRender[] =>
  contents.map((content, index) => ({ id: index + 1, content }))

const SMALL = numbered(
  '',
  'What is the *largest* moon of **Neptune**?',
  '# Triton\n\n- [x] orbits backwards\n- [ ] has a sea\n\n1. one\n2. two',
  '| moon | km |\n| :--- | ---: |\n| Triton | 2,707 |\n| Proteus | 420 |',
  'See [the page](https://example.org/a?b=c&d) and https://example.org, or <me@example.org>.',
  'A footnote[^1].\n\n[^1]: Here it is.',
  '<script>alert(1)</script> & "quotes" `code` \\*stars\\*\n\n    indented code',
  'Half of a pair: \ud800. Nul: \u0000. Emoji: 🌕.',
  `${'>'.repeat(500)} nested too deep`,
)

test('small chats look the same, whether they are rendered at once or by a worker', async () => {
  const [atOnce, byWorker] = [createRenderer(), createRenderer({ rendersHere: false })]
  try {
    const [one, other] = await Promise.all(
      [atOnce, byWorker].map((renderer) => renderer.render(SMALL, { owner: 'ada' })),
    )
    assert.equal(one?.length, SMALL.length)
    assert.deepEqual(one, other)
    assert.deepEqual(await createRenderHere()(SMALL), one)
  } finally {
    await Promise.all([atOnce.close(), byWorker.close()])
  }
})

test('what is long, or has code, diagrams or formulas, is for a worker', async () => {
  const render = createRenderHere()
  assert.equal((await render(numbered('a'.repeat(1000), 'b'.repeat(1000))))?.length, 2)
  for (const messages of [
    numbered('a'.repeat(1000), 'b'.repeat(1001)),
    numbered('a', '```js\nb\n```'),
    numbered('~~~mermaid\nflowchart LR\n~~~'),
    numbered('It grows as $n^2$.'),
  ]) {
    assert.equal(await render(messages), undefined)
  }
})

test('where small texts take long, the thread that answers everybody is kept from it', async () => {
  let [now, worked, takesMs] = [0, 0, 11]
  const render = createRenderHere({ now: () => now, worked: () => (worked += takesMs) })
  let rendered = 0
  while ((await render(numbered('a'))) && rendered < 100) rendered++
  assert.equal(rendered, 6)
  takesMs = 0
  assert.equal(await render(numbered('a')), undefined)
  now += 1000
  for (let quick = 0; quick < 100; quick++) assert.ok(await render(numbered('a')))
})
