/**
 * Builds unless the build is newer than its sources. Where the tools to build with aren't installed, a build that
 * is there is used as it is.
 *
 * Usage: node scripts/build-if-stale.ts
 */
import { existsSync } from 'node:fs'
import { BUILD_STAMP, isBuilt } from './build-stamp.ts'

const canBuild = existsSync('node_modules/typescript')

if (!isBuilt() && canBuild) {
  console.error('Building…')
  await import('./build.ts')
} else if (!existsSync(BUILD_STAMP)) {
  console.error('There is no build, and nothing to build with. Run `npm ci`, then `npm run build`.')
  process.exit(1)
}
