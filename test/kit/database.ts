import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A database of one test, empty at first. */
export type TestDatabase = {
  /** What the server gets as `DATABASE_URL`. */
  readonly url: string
  /** Everything that is stored, as raw bytes in Latin-1: for tests that look for what must not be there. */
  readonly rawContent: () => Promise<string>
  readonly remove: () => Promise<void>
}

/** The one place that decides which database the tests run on. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'neptun-test-'))
  return {
    url: `file:${join(folder, 'neptun.db')}`,
    rawContent: async () => {
      const files = await readdir(folder)
      const contents = await Promise.all(files.map((file) => readFile(join(folder, file), 'latin1')))
      return contents.join('\n')
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
