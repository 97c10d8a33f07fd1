import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('../../', import.meta.url))

/**
 * The file of one of our programs: in the folder of the build that `TEST_BUILD` names, as people run it, which starts
 * sooner; else its source.
 *
 * @param name such as `main`
 */
export function programFile(name: 'main' | 'cli/main'): string {
  const build = process.env['TEST_BUILD']
  return build ? resolve(repository, build, `${name}.js`) : join(repository, 'src', `${name}.ts`)
}
