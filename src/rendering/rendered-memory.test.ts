import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rememberRendered } from './remember-rendered.ts'
import { createRenderer, type MessageToRender, type Renderer } from './renderer.ts'

/** The real renderer, and what it was asked. */
function watched(now?: () => number): { renderer: Renderer; asked: MessageToRender[] } {
  const inner = createRenderer()
  const asked: MessageToRender[] = []
  const render: Renderer['render'] = (messages) => {
    asked.push(...messages)
    return inner.render(messages)
  }
  return { renderer: rememberRendered({ ...inner, render }, now), asked }
}

test('one message more costs one rendering', async () => {
  const { renderer, asked } = watched()
  const messages = [
    { id: 1, content: '**one**' },
    { id: 2, content: '*two*' },
  ]
  const first = await renderer.render(messages)
  const second = await renderer.render([...messages, { id: 3, content: 'three' }])
  await renderer.close()
  assert.deepEqual(second.slice(0, 2), first)
  assert.match(second[2]?.html ?? '', /three/)
  assert.deepEqual(
    asked.map(({ id }) => id),
    [1, 2, 3],
  )
})

test('a message that was edited, or stands elsewhere, is rendered anew', async () => {
  const { renderer, asked } = watched()
  const note = 'See[^1].\n\n[^1]: there'
  await renderer.render([{ id: 1, content: note }])
  const [moved] = await renderer.render([{ id: 2, content: note }])
  const [edited] = await renderer.render([{ id: 2, content: `${note}!` }])
  await renderer.close()
  assert.match(moved?.html ?? '', /id="m2-/)
  assert.match(edited?.html ?? '', /there!/)
  assert.equal(asked.length, 3)
})

test('a message that took too long is tried again after a while, and not before', async () => {
  let now = 0
  const { renderer, asked } = watched(() => now)
  const hostile = { id: 1, content: '!['.repeat(16_000_000) }
  const [first] = await renderer.render([hostile])
  assert.deepEqual([first?.isPlain, first?.isFinal], [true, false])
  now = 59_000
  assert.deepEqual(await renderer.render([hostile]), [first])
  assert.equal(asked.length, 1)
  now = 61_000
  await renderer.render([hostile])
  now = 200_000
  await renderer.render([hostile])
  await renderer.close()
  assert.equal(asked.length, 2)
})
