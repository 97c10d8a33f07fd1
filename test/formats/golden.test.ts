import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { after, test } from 'node:test'
import { createGoldenRenderer, goldenBytes, goldenFormats, goldenName } from '../kit/golden-formats.ts'

const folder = fileURLToPath(new URL('../fixtures/golden/', import.meta.url))
const renderer = createGoldenRenderer()
after(() => renderer.close())
const formats = goldenFormats(renderer)

for (const format of formats) {
  const name = goldenName(format)
  test(`the bytes of ${format.format.name} change only together with its version`, async () => {
    const golden = readGolden(name)
    assert.ok(golden, `There is no ${name}. If the version was raised, run: npm run golden`)
    const bytes = await goldenBytes(format)
    assert.equal(bytes.toString(), golden.toString(), `${name} differs: raise the format's version`)
  })
}

test('each golden file is of a format and version that exist', () => {
  assert.deepEqual(readdirSync(folder).toSorted(), formats.map(goldenName).toSorted())
})

function readGolden(name: string): Buffer | undefined {
  try {
    return readFileSync(join(folder, name))
  } catch {
    return undefined
  }
}
