import { forgetDrafts } from '../compose/kept-drafts.ts'

/** Reloads the app, so that nothing of one account is left in the page, or on the device, for another. */
export function startOver(): void {
  forgetDrafts()
  window.location.assign('/')
}
