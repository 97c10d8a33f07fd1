import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { renderMessage } from '../../src/rendering/render-message.ts'
import { renderPlainText } from '../../src/rendering/render-plain-text.ts'
import { dangerousFragments, markdownPayloads } from '../fixtures/payloads/markdown-payloads.ts'
import { diagramPayloads, diagramsOf, stepPayloads, stepsOf } from '../fixtures/payloads/step-payloads.ts'
import { unsafeParts } from '../kit/unsafe-parts.ts'

const idPrefix = 'm7'

async function assertSafe(markdown: string): Promise<void> {
  const { html } = await renderMessage(markdown, { idPrefix })
  assert.deepEqual(unsafeParts(html, idPrefix), [])
}

describe('nothing of a message reaches the page but text and our own markup', () => {
  for (const [kind, payloads = []] of Map.groupBy(markdownPayloads, ({ name }) =>
    name.replace(/ \d+$/, ''),
  )) {
    test(kind, async () => {
      for (const { markdown } of payloads) await assertSafe(markdown)
    })
  }

  test('all hostile messages as one', () =>
    assertSafe(markdownPayloads.map(({ markdown }) => markdown).join('\n\n')))

  test('random text', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), assertSafe), {
      numRuns: 300,
    })
  })

  test('dangerous pieces strung together at random', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...dangerousFragments), { maxLength: 60 }).map((pieces) => pieces.join('')),
        assertSafe,
      ),
      { numRuns: 1_500 },
    )
  })

  test('hostile messages spliced into each other', async () => {
    const payload = fc.constantFrom(...markdownPayloads.map(({ markdown }) => markdown))
    await fc.assert(
      fc.asyncProperty(payload, payload, fc.nat(200), async (host, guest, position) => {
        await assertSafe(host.slice(0, position) + guest + host.slice(position))
      }),
      { numRuns: 1_000 },
    )
  })

  test('all of it inside tools, results, diffs, paths and thoughts', async () => {
    for (const steps of stepPayloads) await assertSafe(steps)
  })

  test('all of it inside diagrams', async () => {
    for (const diagrams of diagramPayloads) await assertSafe(diagrams)
  })

  test('dangerous pieces inside diagrams', async () => {
    const pieces = fc.array(fc.constantFrom(...dangerousFragments), { maxLength: 15 })
    await fc.assert(
      fc.asyncProperty(pieces, (some) => assertSafe(diagramsOf(some.join('')))),
      { numRuns: 80 },
    )
  })

  test('dangerous pieces inside tools and thoughts', async () => {
    const pieces = fc.array(fc.constantFrom(...dangerousFragments), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(pieces, (some) => assertSafe(stepsOf(some.join('')))),
      { numRuns: 150 },
    )
  })

  test('the plain-text fallback', () => {
    for (const { markdown } of markdownPayloads) {
      assert.deepEqual(unsafeParts(renderPlainText(markdown), idPrefix), [])
    }
  })
})

test('the check itself finds what is not allowed', () => {
  const html = [
    '<p onclick="x">a</p>',
    '<script>x</script>',
    '<a href="javascript:x" rel="noopener noreferrer nofollow ugc">x</a>',
    '<a href="https://a/">x</a>',
    '<span id="x">x</span>',
    '<li id="x">x</li>',
    '<math><mi href="x">x</mi></math>',
    '<math><mglyph></mglyph></math>',
    '<span class="owner">x</span>',
    '<!-- x -->',
    '<p style="x">x</p>',
    '<input type="checkbox">',
    '<sup><a id="m7-a"></a></sup><sup><a id="m7-a"></a></sup>',
    '<svg><image href="x"></image></svg>',
    '<svg onload="x"></svg>',
    '<svg><g fill="url(https://a.b/)"></g></svg>',
    '<sup><a href="#m7-note-1">x<a href="#m7-note-1">y</a></a></sup>',
    '<p>a<div>b</div></p>',
  ]
  for (const part of html) assert.notDeepEqual(unsafeParts(part, idPrefix), [], part)
})
