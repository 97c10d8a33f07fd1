import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { pullOutFiles } from './pull-out-files.ts'

const picture = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(4000, 'picture ')])
const base64 = picture.toString('base64')
const words =
  'Some words that are longer than a stride, and one of them is averyveryverylongonethatgoesonandonandonwithoutanend. '

const json = (inner: string, uri: string) =>
  `{"a":"${words}","data":"${inner}","url":"data:image/png;base64,${uri}","b":"${words}"}`
const markdown = (uri: string) => `${words}![a](data:image/png;base64,${uri}) ${words}`

/** The text that is left, and the files that were in it, whatever the chunks. */
function pulledOut(text: string): { text: string; files: [Buffer, string | undefined][] } {
  const results = [1, 3, 61, 64, 65, 1000, 5000, text.length].map((size) => {
    const files: [Buffer, string | undefined][] = []
    const puller = pullOutFiles((bytes, mediaType) => {
      files.push([Buffer.from(bytes), mediaType])
      return String(files.length)
    })
    const out: Uint8Array[] = []
    const all = Buffer.from(text)
    for (let at = 0; at < all.length; at += size) {
      // Whoever reads chunks may use their memory again.
      const chunk = Buffer.from(all.subarray(at, at + size))
      out.push(...puller.push(chunk).map((piece) => Buffer.from(piece)))
      chunk.fill(0)
    }
    out.push(...puller.end())
    return { text: Buffer.concat(out).toString(), files }
  })
  const [first] = results
  assert.ok(first)
  for (const result of results) assert.deepEqual(result, first)
  return first
}

describe('however a text is cut into chunks', () => {
  test('a picture that is a text of JSON by itself or as a data URI is taken out', () => {
    const { text, files } = pulledOut(json(base64, base64))
    assert.equal(text, json('file:1', 'file:2'))
    assert.deepEqual(files, [
      [picture, undefined],
      [picture, 'image/png'],
    ])
  })

  test('and one that Markdown shows', () => {
    assert.equal(pulledOut(markdown(base64)).text, markdown('file:1'))
  })

  test('and one whose end is escaped', () => {
    const padded = Buffer.concat([picture, Buffer.from('!')])
    const escaped = padded.toString('base64').replaceAll('=', String.raw`\u003d`)
    const { text, files } = pulledOut(json(escaped, escaped))
    assert.equal(text, json('file:1', 'file:2'))
    assert.deepEqual(files[0], [padded, undefined])
  })

  test('what only looks like one stays to the letter', () => {
    const noPicture = Buffer.alloc(3000, 'no picture ').toString('base64')
    for (const text of [
      `{"signature":"${noPicture}"}`,
      `{"code":"const a = \\"data:image/png;base64,${base64}\\""}`,
      `{"code":"\\"${base64}\\""}`,
      `{"data":"${base64} and more"}`,
      String.raw`{"data":"${base64}\u003d\u003d and more"}`,
      String.raw`{"data":"${base64}\u003d\u003d\u003d"}`,
      String.raw`{"data":"${base64}\u00`,
      `{"data":"${base64}`,
      `"data:text/html;base64,${noPicture}"`,
      `url(data:image/png;base64,${base64})`,
      `{"text":"it is written \`![a](data:image/png;base64,${base64})\`"}`,
      words.repeat(50),
      base64,
    ]) {
      assert.deepEqual(pulledOut(text), { text, files: [] })
    }
  })
})
