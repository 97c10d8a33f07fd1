import type { BrowserContext, Locator, Page } from 'playwright-core'

// What tests ask of a page or do to it, written as text: it runs in the page, whose names Node doesn't know.

export async function allowClipboard(context: BrowserContext): Promise<void> {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
}

export async function readClipboard(page: Page): Promise<string> {
  return String(await page.evaluate('navigator.clipboard.readText()'))
}

/** Copies text as if from elsewhere, and pastes it where told. */
export async function paste(page: Page, into: Locator, text: string): Promise<void> {
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`)
  await into.press('ControlOrMeta+v')
}

function blob(type: string, content: string): string {
  return `${JSON.stringify(type)}: new Blob([${JSON.stringify(content)}], { type: ${JSON.stringify(type)} })`
}

/** The same as a page does it: HTML beside its text. */
export async function pasteHtml(page: Page, into: Locator, html: string, text: string): Promise<void> {
  const item = `new ClipboardItem({ ${blob('text/html', html)}, ${blob('text/plain', text)} })`
  await page.evaluate(`navigator.clipboard.write([${item}])`)
  await into.press('ControlOrMeta+v')
}

export async function isFocused(element: Locator): Promise<boolean> {
  return (await element.and(element.page().locator(':focus')).count()) === 1
}

/** How many pixels the page is wider than its window. */
export async function pixelsTooWide(page: Page): Promise<number> {
  return Number(
    await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
  )
}

/** Waits until nothing fades in any more; what moves for ever doesn't count. */
export async function untilStill(page: Page): Promise<void> {
  await page.evaluate(
    `Promise.allSettled(document.getAnimations()
      .filter(({ effect }) => effect.getTiming().iterations !== Infinity)
      .map(({ finished }) => finished))`,
  )
}
