import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

const oxlint = join(dirname(createRequire(import.meta.url).resolve('oxlint/package.json')), 'bin/oxlint')

/** A tree of its own with our rules, so that other tests never see the planted files in the sources. */
const tree = mkdtempSync(join(tmpdir(), 'neptun-boundaries-'))
after(() => rmSync(tree, { recursive: true }))
copyFileSync(fileURLToPath(new URL('../../.oxlintrc.json', import.meta.url)), join(tree, '.oxlintrc.json'))

/** Lints a file that holds nothing but an import, where it would stand. */
function lint(folder: string, imported: string): { failed: boolean; output: string } {
  const file = join(tree, folder, 'planted/planted.ts')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `import { planted } from '${imported}'\n\nexport const used = planted\n`)
  const { status, stdout } = spawnSync(process.execPath, [oxlint, '--deny-warnings', file], {
    cwd: tree,
    encoding: 'utf8',
  })
  return { failed: status !== 0, output: stdout }
}

const forbidden: [folder: string, imported: string][] = [
  ['src/sharing', '../../storage/shares.ts'],
  ['src/sharing', 'node:fs'],
  ['src/accounts', '../../secrets/tokens.ts'],
  ['src/chats', '../../http/present.ts'],
  ['src/importing', '../../storage/store.ts'],
  ['src/contract', '../../storage/store.ts'],
  ['src/contract', '../../reading/open-share.ts'],
  ['src/reading', '../../http/server.ts'],
  ['src/reading', 'kysely'],
  ['src/storage', '../../reading/open-share.ts'],
  ['src/storage', '../../actions/context.ts'],
  ['src/storage', '../../http/server.ts'],
  ['src/secrets', '../../actions/context.ts'],
  ['src/rendering', '../../http/server.ts'],
  ['src/actions', '../../http/endpoint.ts'],
  ['src/actions', '../../contract/shares.ts'],
  ['src/actions', 'kysely'],
  ['src/actions', 'node:http'],
  ['src/http', '../../storage/shares.ts'],
  ['src/http', 'kysely'],
  ['src/client', 'node:fs'],
  ['src/client', '../../cli/server/api.ts'],
  ['src/cli', '../../actions/chats.ts'],
  ['web', '../../src/storage/store.ts'],
  ['web', 'node:fs'],
]

describe('imports go one way, and lint says so when they do not', () => {
  for (const [folder, imported] of forbidden) {
    it(`${folder} may not import ${imported}`, () => {
      const { failed, output } = lint(folder, imported)
      assert.ok(failed, 'lint let it pass')
      assert.match(output, /no-restricted-imports/)
    })
  }

  const allowed: [folder: string, imported: string][] = [
    ['src/actions', '../../sharing/who-may-view.ts'],
    ['src/contract', '../../sharing/limits.ts'],
  ]
  for (const [folder, imported] of allowed) {
    it(`${folder} may import ${imported}`, () => {
      const { failed, output } = lint(folder, imported)
      assert.ok(!failed, output)
    })
  }
})
