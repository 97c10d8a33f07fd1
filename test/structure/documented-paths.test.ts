import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

for (const document of ['docs/ARCHITECTURE.md', 'CONTRIBUTING.md']) {
  test(`every path that ${document} names exists`, () => {
    const paths = pathsIn(readFileSync(document, 'utf8'))
    assert.ok(paths.length > 20)
    assert.deepEqual(
      paths.filter((path) => !existsSync(path)),
      [],
    )
  })
}

test('the tree of docs/ARCHITECTURE.md has every folder of src/ and test/, and no other', () => {
  const listed = treeIn(readFileSync('docs/ARCHITECTURE.md', 'utf8'))
  assert.deepEqual(
    listed.filter((path) => !existsSync(path)),
    [],
  )
  const folders = ['src', 'test'].flatMap((top) => foldersIn(top).map((name) => `${top}/${name}/`))
  // Files that tests read, and no tests.
  const expected = folders.filter((folder) => folder !== 'test/fixtures/')
  assert.deepEqual(
    expected.filter((folder) => !listed.includes(folder)),
    [],
  )
})

test('a request is traced through at most twelve files, and never back into http/ before the bytes', () => {
  const [, section = ''] = readFileSync('docs/ARCHITECTURE.md', 'utf8').split('## One request, traced\n')
  const files = [...section.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, file = '']) => file)
  assert.ok(files.length > 5 && files.length <= 12, `${files.length} files`)
  const inHttp = files.map((file) => file.startsWith('src/http/'))
  assert.deepEqual(
    inHttp,
    inHttp.toSorted((a, b) => Number(b) - Number(a)),
  )
})

/** What stands in backticks or in a link, and looks like a path from the root of the repository. */
function pathsIn(markdown: string): string[] {
  const quoted = [...markdown.matchAll(/`([^`\s]+)`/g)].map(([, text = '']) => text)
  const tops = new Set(readdirSync('.'))
  return quoted.filter((text) => {
    const [top = '', ...rest] = text.split('/')
    const isPath = rest.length > 0 ? /^[\w.-]+$/.test(top) && !text.includes('*') : tops.has(text)
    return isPath && !text.startsWith('http')
  })
}

/** The paths of the tree: each line a name, and two blanks more for what is in it. */
function treeIn(markdown: string): string[] {
  const [, block = ''] = markdown.match(/## The tree\n+```\n(.*?)```/s) ?? []
  const above: string[] = []
  return block
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const depth = line.search(/\S/) / 2
      above.length = depth
      const [name = ''] = line.trim().split(/\s/)
      above.push(name)
      return above.join('')
    })
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
}
