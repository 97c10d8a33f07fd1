import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { htmlToMarkdown } from './html-to-markdown.ts'
import { pageTurns } from './page-turns.ts'

const katex = (tex: string): string =>
  `<span class="katex"><span class="katex-mathml"><math><semantics><mrow><mi>x</mi></mrow><annotation encoding="application/x-tex">${tex}</annotation></semantics></math></span><span class="katex-html" aria-hidden="true">x</span></span>`

describe('HTML of a page', () => {
  it('becomes Markdown with headings, emphasis, links and line breaks', () => {
    assert.equal(
      htmlToMarkdown(
        '<h2>Moons</h2><p>The <b>largest</b> is <a href="https://example.com/a b">Triton</a>,<br>of <i>14</i>.</p>',
      ),
      '## Moons\n\nThe **largest** is [Triton](https://example.com/a%20b),\nof *14*.',
    )
  })

  it('keeps code with its language, without the page’s buttons', () => {
    const page =
      '<pre><div><div>python</div><button>Copy code</button></div><div><code class="hljs language-python"><span>print</span>(1)\n</code></div></pre>'
    assert.equal(htmlToMarkdown(page), '```python\nprint(1)\n```')
    assert.equal(
      htmlToMarkdown(
        '<div>Thought for 4 seconds</div><div>python</div><div>Copy code</div><pre><code class="language-python">a\n\n  b</code></pre>',
      ),
      '```python\na\n\n  b\n```',
    )
    assert.equal(htmlToMarkdown('<p>Call <code>a`b</code></p>'), 'Call `` a`b ``')
  })

  it('keeps lists in lists, boxes and tables', () => {
    assert.equal(
      htmlToMarkdown(
        '<ol start="3"><li><p>One</p><ul><li>a</li><li>b</li></ul></li><li>Two</li></ol><ul><li><input type="checkbox" checked> done</li></ul>',
      ),
      '3. One\n   - a\n   - b\n4. Two\n\n- [x] done',
    )
    assert.equal(
      htmlToMarkdown(
        '<table><thead><tr><th>A</th><th>B|C</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>',
      ),
      '| A | B\\|C |\n| --- | --- |\n| 1 |  |',
    )
  })

  it('keeps formulas as they were written', () => {
    assert.equal(htmlToMarkdown(`<p>As ${katex('x^2 &lt; 1')} holds</p>`), 'As $x^2 < 1$ holds')
    assert.equal(
      htmlToMarkdown(`<p>So</p><span class="katex-display">${katex('x')}</span>`),
      'So\n\n$$\nx\n$$',
    )
  })

  it('lets text that looks like Markdown stay text, and text that was typed as it is', () => {
    assert.equal(htmlToMarkdown('<p># 5 * 3 &lt;b&gt; _x_ a_b</p>'), '\\# 5 \\* 3 \\<b> \\_x\\_ a_b')
    assert.equal(htmlToMarkdown('<div class="whitespace-pre-wrap">**bold**\n  x</div>'), '**bold**\n  x')
  })

  it('runs nothing and keeps nothing hidden', () => {
    assert.equal(
      htmlToMarkdown(
        '<script>alert(1)</script><p onclick="x">A</p><a href="javascript:alert(1)">B</a><svg><text>C</text></svg>',
      ),
      'A\n\nB',
    )
  })

  it('tells who says what where the page of an app marks it', () => {
    assert.deepEqual(
      pageTurns(
        '<article><h5 class="sr-only">You said:</h5><div data-message-author-role="user"><div class="whitespace-pre-wrap">Hi *you*</div></div></article>' +
          '<article><h6 class="sr-only">ChatGPT said:</h6><div data-message-author-role="assistant"><div class="markdown"><p>Hello</p></div></div><button>Copy</button></article>',
      ),
      [
        { role: 'user', content: 'Hi *you*' },
        { role: 'assistant', content: 'Hello' },
      ],
    )
    assert.equal(pageTurns('<p>Hi</p>'), undefined)
  })

  it('is read however deep and broken it is', () => {
    for (const piece of [
      '<div>',
      '<b>',
      '<b id=x><p>',
      '<a href="',
      '<table><tr>',
      '<ul><li>',
      '</p>',
      '<!--',
      '<![CDATA[',
      '<pre>',
      '&#x',
      '<span class="katex">',
      '`',
      '[a](',
      '_',
    ])
      assert.equal(typeof htmlToMarkdown(piece.repeat(Math.ceil(300_000 / piece.length))), 'string')
  })
})
