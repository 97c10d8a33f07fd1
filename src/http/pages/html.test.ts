import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Html, html } from './html.ts'

test('texts are escaped wherever they stand', () => {
  const text = `<b a="1" b='2'>&`
  const escaped = '&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;'
  assert.equal(
    html`<p title="${text}">${[text, [text]]}</p>`.text,
    `<p title="${escaped}">${escaped}${escaped}</p>`,
  )
})

test('HTML stays HTML, and nothing is nothing', () => {
  assert.equal(html`${html`<b>${1}</b>`}${false}${undefined}${[]}${new Html('<i>')}`.text, '<b>1</b><i>')
})
