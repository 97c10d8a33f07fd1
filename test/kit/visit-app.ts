import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import type { BrowserVisitor, BrowserVisitorOptions, TestBrowser } from './browser.ts'
import type { Person } from './client.ts'
import { allowClipboard } from './page-facts.ts'
import type { Server } from './start-server.ts'

/**
 * Opens a screen of the app signed in, with the clipboard allowed; fails when anything went wrong on it by the end, the
 * page's policy included.
 */
export async function visitApp(
  { browser, server, as }: { browser: TestBrowser; server: Server; as: Person },
  path: string,
  act: (page: Page, visitor: BrowserVisitor) => Promise<void>,
  options: BrowserVisitorOptions = {},
): Promise<void> {
  const visitor = await browser.open(server.url, { ...options, as })
  await allowClipboard(visitor.context)
  await visitor.page.goto(path)
  await act(visitor.page, visitor)
  assert.deepEqual(visitor.problems(), [])
  await visitor.close()
}
