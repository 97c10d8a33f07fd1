import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { unsafeParts } from '../../test/kit/unsafe-parts.ts'
import { renderMessage } from './render-message.ts'

async function render(markdown: string): Promise<string> {
  return (await renderMessage(markdown, { idPrefix: 'm7' })).html
}

async function assertRenders(markdown: string, html: string): Promise<void> {
  assert.equal((await render(markdown)).trim(), html)
}

describe('text', () => {
  test('keeps the line breaks that were typed', () => assertRenders('one\ntwo', '<p>one<br>\ntwo</p>'))

  test('shows HTML as it was typed', () => assertRenders('a <b>c</b>', '<p>a &lt;b&gt;c&lt;/b&gt;</p>'))

  test('strikes through', () => assertRenders('~~a~~', '<p><s>a</s></p>'))

  test('survives half a surrogate', () => assertRenders('a\ud800b', '<p>a\ufffdb</p>'))

  test('that is nested too deep to be shown whole is refused', async () => {
    await assert.rejects(render(`${'> '.repeat(200)}deep`), RangeError)
    assert.match(await render(`${'> '.repeat(90)}deep`), /deep/)
  })

  test('needs a prefix that can begin an id', async () => {
    await assert.rejects(renderMessage('a', { idPrefix: '"' }), TypeError)
  })
})

test('a break that was typed as a tag is a break, as in the cells of tables', async () => {
  await assertRenders('a<br>b<BR />c', '<p>a<br>\nb<br>\nc</p>')
  await assertRenders('a<br x>b `<br>`', '<p>a&lt;br x&gt;b <code>&lt;br&gt;</code></p>')
  assert.match(await render('| a |\n| - |\n| b<br>c |'), /<td>b<br>\nc<\/td>/)
})

describe('headings', () => {
  test('begin below the headings of the page', () => assertRenders('# a', '<h3>a</h3>'))

  test('skip no level, whichever the message begins with', () =>
    assertRenders(
      '## a\n#### b\n## c\n# d\n##### e',
      '<h3>a</h3>\n<h4>b</h4>\n<h3>c</h3>\n<h3>d</h3>\n<h4>e</h4>',
    ))

  test('end at the sixth', async () => {
    assert.match(await render('# a\n## b\n### c\n#### d\n##### e\n###### f'), /<h6>f<\/h6>/)
  })
})

describe('links', () => {
  const rel = 'rel="noopener noreferrer nofollow ugc"'

  test('lead to other sites without vouching for them', () =>
    assertRenders('[a](https://b.c/d?e=1&f=2)', `<p><a href="https://b.c/d?e=1&amp;f=2" ${rel}>a</a></p>`))

  test('are made of addresses and mail addresses in the text', () =>
    assertRenders(
      'https://a.b/c me@d.org',
      `<p><a href="https://a.b/c" ${rel}>https://a.b/c</a> <a href="mailto:me@d.org" ${rel}>me@d.org</a></p>`,
    ))

  test('are not made of file names', () => assertRenders('README.md main.rs', '<p>README.md main.rs</p>'))

  test('do not nest', () =>
    assertRenders(
      '[a <https://b.c> d](https://e.f/) [g <https://h.i>](/j)',
      `<p><a href="https://e.f/" ${rel}>a https://b.c d</a> <span class="no-link">g https://h.i</span></p>`,
    ))

  test('into a project or this page are just text', () =>
    assertRenders(
      '[a](src/a.ts) [b](/b) [c](#c)',
      '<p><span class="no-link">a</span> <span class="no-link">b</span> <span class="no-link">c</span></p>',
    ))

  test('to what could run or open something stay as they were typed', () =>
    assertRenders(
      '[a](javascript:b) [c](data:text/html,d) [e](blob:f) [g](file:///h)',
      '<p>[a](javascript:b) [c](data:text/html,d) [e](blob:f) [g](file:///h)</p>',
    ))

  test('show where a look-alike address really leads', async () => {
    assert.match(await render('[x](https://аррӏе.com/)'), /href="https:\/\/xn--80ak6aa92e\.com\/"/)
  })
})

describe('images', () => {
  test('from elsewhere become links, so that nobody learns who reads', () =>
    assertRenders(
      '![a chart](https://b.c/d.png)',
      '<p><a href="https://b.c/d.png" rel="noopener noreferrer nofollow ugc">Image: a chart</a></p>',
    ))

  test('inside a link become its text', () =>
    assertRenders(
      '[![build](https://b.c/d.svg)](https://e.f/)',
      '<p><a href="https://e.f/" rel="noopener noreferrer nofollow ugc">build</a></p>',
    ))

  test('that are embedded become a word', () =>
    assertRenders('![](data:image/png;base64,AAAA)', '<p><span class="no-link">Image</span></p>'))
})

describe('tables', () => {
  test('scroll in a box that the keyboard reaches', async () => {
    const html = await render('| a | b |\n| :- | -: |\n| 1 | 2 |')
    assert.match(html, /^<div class="table-scroll" tabindex="0" role="group" aria-label="Table"><table>/)
    assert.match(html, /<th scope="col" class="align-right">b<\/th>/)
    assert.match(html, /<td class="align-right">2<\/td>/)
    assert.doesNotMatch(html, /style/)
  })

  test('have no header without a name', async () => {
    const html = await render('| | b |\n| - | - |\n| 1 | 2 |')
    assert.match(html, /<td><\/td>\n<th scope="col">b<\/th>/)
  })
})

test('task lists have checkboxes with labels, which nobody can change', () =>
  assertRenders(
    '- [ ] a\n- [x] **b**',
    '<ul>\n' +
      '<li class="task"><input type="checkbox" id="m7-task-1" disabled><label for="m7-task-1">a</label></li>\n' +
      '<li class="task"><input type="checkbox" id="m7-task-2" disabled checked><label for="m7-task-2"><strong>b</strong></label></li>\n' +
      '</ul>',
  ))

describe('footnotes', () => {
  test('stand at the end, in the order of their references, with ways back', () =>
    assertRenders(
      'a[^later] b[^x]\n\n[^x]: one\n[^later]: two',
      '<p>a<sup><a href="#m7-note-1" id="m7-note-1-reference-1" class="footnote-reference">1</a></sup> ' +
        'b<sup><a href="#m7-note-2" id="m7-note-2-reference-1" class="footnote-reference">2</a></sup></p>\n' +
        '<ol class="footnotes">\n' +
        '<li id="m7-note-1"><p>two <a href="#m7-note-1-reference-1" class="footnote-back" aria-label="Back to the text of note 1">↩\ufe0e</a></p>\n</li>\n' +
        '<li id="m7-note-2"><p>one <a href="#m7-note-2-reference-1" class="footnote-back" aria-label="Back to the text of note 2">↩\ufe0e</a></p>\n</li>\n' +
        '</ol>',
    ))

  test('that nobody refers to are left out', () => assertRenders('a\n\n[^x]: b', '<p>a</p>'))

  test('without a note stay as they were typed', () => assertRenders('a[^x]', '<p>a[^x]</p>'))

  test('may hold several paragraphs and code', async () => {
    const html = await render('a[^x]\n\n[^x]: b\n\n    c\n\n    ```js\n    d\n    ```\n\ne')
    assert.match(
      html,
      /<p>e<\/p>\n<ol class="footnotes">\n<li id="m7-note-1"><p>b<\/p>\n<p>c<\/p>\n<div class="code-block">/,
    )
  })
})

describe('code', () => {
  test('says its language and has a button to copy it, with a name of its own', async () => {
    const html = await render('```ts\nconst a = 1\n```')
    assert.match(html, /<span class="code-language">TypeScript<\/span>/)
    assert.match(
      html,
      /<button type="button" class="copy-code" aria-label="Copy code 1, TypeScript">Copy<\/button>/,
    )
  })

  test('blocks are told apart by the names of their buttons', async () => {
    const html = await render('```ts\na\n```\n\n```ts\nb\n```\n\n    c')
    assert.deepEqual(
      [...html.matchAll(/aria-label="(Copy [^"]*)"/g)].map(([, name]) => name),
      ['Copy code 1, TypeScript', 'Copy code 2, TypeScript', 'Copy code 3'],
    )
  })

  test('is highlighted by classes', async () => {
    const html = await render('```ts\nconst a = "b" // c\n```')
    assert.match(html, /<span class="tk-keyword">const/)
    assert.match(html, /<span class="tk-string">&quot;b&quot;/)
    assert.match(html, /<span class="tk-comment">\/\/ c<\/span>/)
    assert.doesNotMatch(html, /style=/)
  })

  test('is found by the names people use', async () => {
    for (const [name, label] of [
      ['py', 'Python'],
      ['Bash', 'Shell'],
      ['c++', 'C++'],
      ['typescript:src/main.ts', 'TypeScript'],
      ['{.python .numberLines}', 'Python'],
      ['js {1,3}', 'JavaScript'],
      ['whatever', 'whatever'],
      ['<script>', ''],
    ]) {
      const html = await render(`\`\`\`${name}\na\n\`\`\``)
      assert.ok(html.includes(`<span class="code-language">${label}</span>`), `${name}: ${html}`)
    }
  })

  test('keeps every character, whatever its language', async () => {
    const code = 'if (a < b && c > "d") {\n\n\te(`f`) // \'g\'\n}  '
    for (const name of ['ts', 'bash', 'html', 'unknown', '']) {
      const html = await render(`\`\`\`${name}\n${code}\n\`\`\``)
      const text = (/<code>(.*)<\/code>/s.exec(html)?.[1] ?? '').replace(/<[^>]*>/g, '')
      const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" }
      assert.equal(
        text.replace(/&([^;]+);/g, (_, name: string) => entities[name] ?? '?'),
        code,
      )
    }
  })

  test('folds when it is long, and says how long', async () => {
    assert.match(
      await render(`\`\`\`\n${'a\n'.repeat(1_200)}\`\`\``),
      /<details class="code-fold"><summary>1,200 lines<\/summary><pre>/,
    )
    assert.doesNotMatch(await render(`\`\`\`\n${'a\n'.repeat(40)}\`\`\``), /<details/)
  })

  test('with long lines can be scrolled by the keyboard', async () => {
    assert.match(await render(`\`\`\`\n${'a'.repeat(80)}\n\`\`\``), /<pre tabindex="0">/)
    assert.match(await render('```\nshort\n```'), /<pre><code>short/)
  })

  test('that is very long has one colour', async () => {
    assert.doesNotMatch(await render(`\`\`\`js\n${'const a = 1\n'.repeat(10_000)}\`\`\``), /tk-/)
  })

  test('of Mermaid that can’t be drawn stays code', async () => {
    for (const code of [
      'gantt\ntitle A plan',
      'graph TD',
      `graph TD\n${'A-->B\n'.repeat(500)}`,
      'nonsense',
    ]) {
      const html = await render(`\`\`\`mermaid\n${code}\n\`\`\``)
      assert.match(html, /<span class="code-language">Mermaid<\/span>/)
      assert.doesNotMatch(html, /<svg/)
    }
  })
})

describe('math', () => {
  test('keeps its distance around the names of functions', async () => {
    const space = '<mspace width="0.1667em"></mspace>'
    const logarithm = await render('$n \\log n$')
    assert.ok(
      logarithm.includes(`<mi>n</mi>${space}<mi>log</mi><mo>\u2061</mo>${space}<mi>n</mi>`),
      logarithm,
    )
    assert.doesNotMatch(await render('$\\cos(y)$'), /mspace/)
  })

  test('is MathML, whichever marks it has', async () => {
    for (const markdown of ['$x^2$', '\\(x^2\\)', 'so $x^2$, and']) {
      assert.match(
        await render(markdown),
        /<span class="math"><math><mrow>.*<msup><mi>x<\/mi><mn>2<\/mn><\/msup>.*<\/math><\/span>/,
      )
    }
    for (const markdown of [
      '$$x^2$$',
      '\\[x^2\\]',
      '$$\nx^2\n$$',
      '\\[\nx^2\n\\]',
      'so \\[x^2\\] is',
      '- a\n\n  $$\n  x^2\n  $$',
    ]) {
      assert.match(await render(markdown), /<span class="math math-display"><math display="block">.*<msup>/)
    }
  })

  test("a function's name of more than letters is math, with its index", async () => {
    const html = await render('$\\operatorname{x_1} y$')
    assert.match(html, /<mrow><msub><mi mathvariant="normal">x<\/mi><mn>1<\/mn><\/msub><\/mrow>/)
    assert.deepEqual(unsafeParts(html, 'm7'), [])
  })

  test('has no styles and none of the source', async () => {
    const html = await render('$$\\boxed{\\color{red}{x}} \\tag{1} \\Large \\mathbf{y}$$')
    assert.doesNotMatch(html, / style=|katex|annotation|boxed/)
  })

  test('is not made of prices', async () => {
    for (const text of [
      '$5 and $10',
      'US$5 or US$10',
      '$5-$10',
      'it costs $5',
      '$5, $6 and $7.',
      '$HOME and $PATH',
      'a $5, or 10$ b',
    ]) {
      await assertRenders(text, `<p>${text}</p>`)
    }
  })

  test('may have the ending of a word behind it', async () => {
    assert.match(await render('the $i$th of all $x$s'), /<\/math><\/span>th of all .*<\/math><\/span>s/)
  })

  test('is not made of escaped brackets', () =>
    assertRenders('as \\[1\\] says\n\n\\[2\\]', '<p>as [1] says</p>\n<p>[2]</p>'))

  test('is not made of escaped dollars or code', () =>
    assertRenders('\\$a$ `$b$`', '<p>$a$ <code>$b$</code></p>'))

  test("is not read as Markdown's lists, headings or emphasis", async () => {
    const html = await render('$$\na\n- b\n= c_1 * d_1 * e\n$$')
    assert.doesNotMatch(html, /<ul>|<h|<em>/)
  })

  test('has letters that browsers show', async () => {
    const html = await render(
      '$\\mathbb{R} \\mathcal{L} \\mathfrak{g} \\mathbf{x} \\mathbb{1} \\boldsymbol{\\alpha}$',
    )
    for (const letter of ['ℝ', 'ℒ', '𝔤', '𝐱', '𝟙', '𝜶']) assert.ok(html.includes(`>${letter}<`), letter)
  })

  test('that is no TeX is shown as it was typed', () =>
    assertRenders('$\\frac{1$', '<p><code class="math-source">\\frac{1</code></p>'))
})

test('a message renders the same every time', async () => {
  const markdown = 'a[^x] $\\gdef\\b{c}\\b$\n\n- [ ] d\n\n```js\ne\n```\n\n[^x]: f'
  assert.equal(await render(markdown), await render(markdown))
  await assertRenders('$\\b$', '<p><code class="math-source">\\b</code></p>')
})
