/**
 * Builds the owner's app unless dist/web is newer than its sources: tests in a browser need it, and build it once.
 *
 * Usage: node scripts/build-app-if-stale.ts
 */
import { buildApp, isAppBuilt } from './build-app.ts'

if (!isAppBuilt()) buildApp()
