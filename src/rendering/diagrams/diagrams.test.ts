import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { renderMessage } from '../render-message.ts'
import { cleanSvg } from './clean-svg.ts'

async function render(code: string): Promise<string> {
  return (await renderMessage(`\`\`\`mermaid\n${code}\n\`\`\``, { idPrefix: 'm7' })).html
}

function picture(html: string): string {
  return /<svg.*<\/svg>/s.exec(html)?.[0] ?? ''
}

/** The words that a picture shows, sorted. */
function wordsIn(html: string): string[] {
  return [...picture(html).matchAll(/>([^<>]+)<\/t/g)].map(([, word = '']) => word).toSorted()
}

describe('a Mermaid diagram is a picture', () => {
  const cases = {
    Flowchart: 'graph TD; A[Neptune] --> B{open?}; B -->|yes| C',
    'State diagram': 'stateDiagram-v2\n  [*] --> Neptune\n  Neptune --> [*]',
    'Sequence diagram': 'sequenceDiagram\n  Neptune->>B: hi',
    'Class diagram': 'classDiagram\n  class Neptune {\n    +int moons\n  }',
    'Entity relationship diagram': 'erDiagram\n  Neptune ||--o{ MOON : has',
  }
  for (const [label, code] of Object.entries(cases)) {
    test(label, async () => {
      const html = await render(code)
      assert.match(html, new RegExp(`<svg role="img" aria-label="${label}" viewBox=`))
      assert.match(html, /<text [^>]*>[^<]*Neptune/)
      assert.match(html, /<summary>Code of the diagram<\/summary><div class="code-block">/)
    })
  }

  test('with every node and link, in all spellings', async () => {
    for (const [code, words] of Object.entries({
      'A-->B': ['A', 'B'],
      'A-.->|x|B': ['A', 'B', 'x'],
      'A --text--> B': ['A', 'B', 'text'],
      'A==>B & C': ['A', 'B', 'C'],
      'A["q (x)"]-->B{{"y?"}}': ['q (x)', 'y?'],
      'Ärger --> Übung': ['Ärger', 'Übung'],
      'A[/x/] ----> B': ['B', 'x'],
      'subgraph One Two\n a --> b\n end': ['One Two', 'a', 'b'],
    })) {
      assert.deepEqual(wordsIn(await render(`graph TD\n${code}`)), words, code)
    }
  })

  test('or stays code where a part of it would be missing', async () => {
    for (const code of [
      'graph TD\nA --o B',
      'graph TD\nA e1@--> B',
      'graph TD\nA@{ shape: rect } --> B',
      'graph TD\nsubgraph x\na\nend\nx --> b',
      'sequenceDiagram\nbox Purple G\nparticipant A\nend\nA->>B: x',
      'stateDiagram-v2\nstate F <<fork>>\nF --> A',
      'classDiagram\nnamespace N {\nclass H\n}',
      'erDiagram\nA ||--o{ B',
    ]) {
      assert.equal(picture(await render(code)), '', code)
    }
  })

  test('in the page’s own colours, whatever colours and links it asks for', async () => {
    const plain = await render('graph TD\n  A --> B')
    const coloured = await render(
      '%%{init: {"theme": "forest"}}%%\ngraph TD\n  A:::hot --> B\n  classDef hot fill:#f00\n  class A hot\n' +
        '  style B fill:url(https://a.b/)\n  linkStyle 0 stroke:red\n  click A "https://a.b"',
    )
    assert.equal(picture(coloured), picture(plain))
    assert.doesNotMatch(plain, /style|#[0-9a-f]{6}/)
  })

  test('with ids of its own', async () => {
    const { html } = await renderMessage(
      '```mermaid\ngraph TD\nA --> B\n```\n\n```mermaid\ngraph TD\nA --> B\n```',
      { idPrefix: 'm7' },
    )
    assert.match(html, /marker-end="url\(#m7-diagram-1-arrowhead\)"/)
    assert.match(html, /id="m7-diagram-2-arrowhead"/)
  })
})

describe('of an SVG is kept', () => {
  test('what is known to be harmless', () => {
    assert.equal(
      cleanSvg(
        '<svg style="a" onload="b"><!-- c --><style>d</style><text x="1.2345" fill="red" data-e="f">&lt;g&gt;</text></svg>',
        'p',
      ),
      '<svg><text x="1.2" fill="none">&lt;g&gt;</text></svg>',
    )
  })

  test('nothing at all where it holds anything else', () => {
    for (const svg of [
      '<svg><script>alert(1)</script></svg>',
      '<svg><foreignObject></foreignObject></svg>',
      '<svg><a href="javascript:alert(1)"></a></svg>',
      '<svg><image href="https://a.b/"/></svg>',
      '<svg><use href="#x"/></svg>',
      '<svg><g></svg>',
      '<svg><g x=1></g></svg>',
      '<svg><![CDATA[x]]></svg>',
      '<svg><style>x</svg>',
      '<svg',
    ]) {
      assert.throws(() => cleanSvg(svg, 'p'), RangeError, svg)
    }
  })
})
