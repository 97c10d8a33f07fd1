import type { TestDatabase } from './database.ts'
import { programFile } from './program-file.ts'
import { ending, spawnProgram } from './start-server.ts'

/** How a run of the operator's command ended, and all it printed. */
export type OperatorRun = { readonly code: number | null; readonly output: string }

/** Runs `neptun-share user …`, giving it `password` as a line on its standard input. */
export async function runOperator(
  args: readonly string[],
  options: {
    readonly database: TestDatabase
    readonly password?: string
    readonly env?: Readonly<Record<string, string>>
  },
): Promise<OperatorRun> {
  const child = spawnProgram(programFile('cli/main'), ['user', ...args], {
    ...options.env,
    DATABASE_URL: options.database.url,
  })
  child.stdin?.end(options.password === undefined ? '' : `${options.password}\n`)
  const { code } = await ending(child)
  return { code, output: child.readOutput() }
}
