/** Loads the app afresh, so that nothing of one account is left in the page for another. */
export function beginAnew(): void {
  sessionStorage.clear()
  window.location.assign('/')
}
