import { buildApp, isAppBuilt } from '../../scripts/build-app.ts'

/** Builds the owner's app where its sources are newer; `npm test` has done so before. */
export function ensureBuiltApp(): void {
  if (!isAppBuilt()) buildApp()
}
