/**
 * Writes the golden files of formats that have none yet for their present version, and removes those of versions that
 * are gone. A file that is there is never changed: where bytes have changed, raise the format's version first, so that
 * nobody is served what an older version kept.
 *
 * Usage: npm run golden
 */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createGoldenRenderer, goldenBytes, goldenFormats, goldenName } from '../test/kit/golden-formats.ts'

const FOLDER = 'test/fixtures/golden'

const renderer = createGoldenRenderer()
const formats = goldenFormats(renderer)
const names = formats.map(goldenName)
for (const file of readdirSync(FOLDER)) if (!names.includes(file)) rmSync(join(FOLDER, file))
for (const format of formats) {
  const path = join(FOLDER, goldenName(format))
  if (existsSync(path)) continue
  writeFileSync(path, await goldenBytes(format))
  console.log(`Wrote ${path}`)
}
await renderer.close()
