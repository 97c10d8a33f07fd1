import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { run } from 'node:test'
import { inspect } from 'node:util'
import { type Fault, faults } from './planted-faults.ts'

const USAGE = `Usage: npm run plant-faults [-- WORD...]

  Plants a fault in each guard of the contract, one at a time and in a copy of the sources, runs the tests that should
  notice it, and lists the faults that none did. With WORD..., only those of which a WORD is in the guard or the file.
  The faults are in scripts/planted-faults.ts: a guard, the text that makes it, what is put in its place, and the tests.
  Fails when a fault is noticed by nobody, when nothing works any more with it, or when its text isn't there exactly once.
`

/** What programs and tests need of the repository. */
const COPIED = ['src', 'test', 'scripts', 'web', 'package.json', '.oxlintrc.json', 'tsconfig.json']
/** What a fault makes hang has failed: a test, or a file whose process doesn't end. */
const PATIENCE_MS = 180_000
const PATIENCE_WITH_FILES_MS = 300_000

type Failure = { readonly name: string; readonly error: unknown }
type Result = { readonly passed: number; readonly failed: readonly Failure[] }

const words = process.argv.slice(2)
if (words.includes('--help')) {
  process.stdout.write(USAGE)
  process.exit(0)
}
const chosen = faults.filter(({ guard, file }) =>
  words.length === 0 ? true : words.some((word) => `${guard} ${file}`.includes(word)),
)
const misplaced = chosen.filter(({ file, find }) => readFileSync(file, 'utf8').split(find).length !== 2)
for (const { guard, file, find } of misplaced) {
  process.stdout.write(`✖ ${guard}: in ${file} this isn't there exactly once:\n${find}\n`)
}
const placed = chosen.filter((fault) => !misplaced.includes(fault))

const trees = Array.from({ length: Math.min(availableParallelism(), placed.length) }, copyTree)
try {
  await plantAll()
} finally {
  for (const tree of trees) rmSync(tree, { recursive: true, force: true })
}

async function plantAll(): Promise<void> {
  const tests = [...new Set(placed.flatMap(({ noticedBy }) => noticedBy))]
  const before = trees[0] === undefined ? undefined : await runTests(trees[0], tests)
  if (before === undefined || before.failed.length > 0) {
    const failures = before?.failed.map(({ name, error }) => `${name}\n${inspect(error)}\n`) ?? []
    process.stdout.write(`Without any fault there must be no failure:\n${failures.join('')}`)
    process.exitCode = 1
    return
  }
  const unnoticed: Fault[] = []
  const waiting = placed.values()
  const work = async (tree: string) => {
    for (const fault of waiting) if (!(await isNoticed(fault, tree))) unnoticed.push(fault)
  }
  await Promise.all(trees.map(work))
  const noticed = placed.length - unnoticed.length
  process.stdout.write(
    `${noticed} faults noticed, ${unnoticed.length} not, ${misplaced.length} without their place\n`,
  )
  for (const { guard, file } of unnoticed) process.stdout.write(`✖ ${guard} (${file})\n`)
  if (unnoticed.length > 0 || misplaced.length > 0) process.exitCode = 1
}

/** Plants a fault, tells what came of it, and takes it away again. */
async function isNoticed({ guard, file, find, replace, noticedBy }: Fault, tree: string): Promise<boolean> {
  const place = join(tree, file)
  const sound = readFileSync(place, 'utf8')
  writeFileSync(
    place,
    sound.replace(find, () => replace),
  )
  const { passed, failed } = await runTests(tree, noticedBy, AbortSignal.timeout(PATIENCE_WITH_FILES_MS))
  writeFileSync(place, sound)
  const noticed = failed.length > 0 && passed > 0
  const outcome = noticed
    ? `noticed by ${failed.length}, first: ${failed[0]?.name}`
    : failed.length > 0
      ? 'nothing works any more with it, which proves nothing'
      : 'NOBODY NOTICED'
  process.stdout.write(`${noticed ? '✔' : '✖'} ${guard} (${file})\n    ${outcome}\n`)
  return noticed
}

/** @param signal when whatever still runs is ended */
async function runTests(tree: string, tests: readonly string[], signal?: AbortSignal): Promise<Result> {
  const files = tests.map((test) => join(tree, test))
  const failed: Failure[] = []
  let passed = 0
  const ended = signal ? { signal } : {}
  const events = run({ files, cwd: tree, concurrency: 2, timeout: PATIENCE_MS, ...ended })
  events.on('test:fail', ({ name, details }) => {
    const { error } = details
    if ('failureType' in error && error.failureType === 'subtestsFailed') return
    failed.push({ name, error: error.cause ?? error })
  })
  events.on('test:summary', ({ file, counts }) => {
    if (file === undefined) passed = counts.passed
  })
  await events.forEach(() => undefined)
  return { passed, failed }
}

function copyTree(): string {
  const tree = mkdtempSync(join(tmpdir(), 'neptun-faults-'))
  for (const name of COPIED) cpSync(name, join(tree, name), { recursive: true })
  symlinkSync(resolve('node_modules'), join(tree, 'node_modules'))
  symlinkSync(resolve('dist'), join(tree, 'dist'))
  return tree
}
