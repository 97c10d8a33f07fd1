import { globSync, statSync } from 'node:fs'

/** Written when a build is complete. */
export const BUILD_STAMP = 'dist/.built'

const SOURCES = ['src/**/*', 'web/**/*', 'scripts/build*.ts', 'tsconfig*.json', 'package-lock.json']

/** Whether there is a complete build that is newer than everything it was made from. */
export function isBuilt(): boolean {
  const built = statSync(BUILD_STAMP, { throwIfNoEntry: false })?.mtimeMs
  if (built === undefined) return false
  return globSync(SOURCES, { exclude: ['web/node_modules'] }).every((file) => statSync(file).mtimeMs <= built)
}
