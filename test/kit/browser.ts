import { readFile } from 'node:fs/promises'
import type { AxeResults, RunOptions } from 'axe-core'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import type { Visitor } from './client.ts'
import { findChromium } from './find-chromium.ts'

/** Someone in front of a browser: cookies of their own, one page open. */
export type BrowserVisitor = {
  readonly page: Page
  readonly context: BrowserContext
  /**
   * What went wrong on any page so far, each in a line: violations of the content security policy, uncaught
   * errors, errors on the console, parts of a page that didn't load, 5xx, dialogs, requests to another host.
   */
  readonly problems: () => string[]
  readonly close: () => Promise<void>
}

export type BrowserVisitorOptions = {
  /** true unless said */
  readonly javaScript?: boolean
  /** what the system prefers; light unless said */
  readonly theme?: 'light' | 'dark'
  /** 390 pixels wide, with touch */
  readonly isPhone?: boolean
  /** Whose cookies they begin with. */
  readonly as?: Visitor
}

export type TestBrowser = {
  readonly open: (url: string, options?: BrowserVisitorOptions) => Promise<BrowserVisitor>
  readonly close: () => Promise<void>
}

const flags = [
  // Tests also run as root in containers, where the sandbox can't.
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-dev-shm-usage',
  '--disable-sync',
  '--force-color-profile=srgb',
  // None is started ahead of need.
  '--renderer-process-limit=1',
]

const patience = 120_000

/** Starts a Chromium; one for a test file is enough. */
export async function startBrowser(): Promise<TestBrowser> {
  const { executablePath, env } = await findChromium()
  const browser = await chromium.launch({
    executablePath,
    args: flags,
    env: { ...(process.env as Record<string, string>), ...env },
  })
  return {
    async open(url, options = {}) {
      const context = await browser.newContext({
        baseURL: url,
        locale: 'en-GB',
        timezoneId: 'UTC',
        colorScheme: options.theme ?? 'light',
        javaScriptEnabled: options.javaScript ?? true,
        // The certificate of a test's own proxy.
        ignoreHTTPSErrors: true,
        ...(options.isPhone
          ? { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }
          : { viewport: { width: 1280, height: 800 } }),
      })
      context.setDefaultTimeout(patience)
      if (options.as) await bringCookies(context, options.as)
      const problems = await collectProblems(context, url)
      return {
        context,
        page: await context.newPage(),
        problems: () => [...problems],
        close: () => context.close(),
      }
    },
    close: () => browser.close(),
  }
}

/**
 * Opens a page and waits until all of it is there, pictures and scripts too. That the network is idle doesn't tell it
 * by itself: a slow machine still reads a long page then.
 */
export async function openWhole(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.waitForLoadState('networkidle')
}

/** Gives a browser the cookies that someone got by asking the API. */
async function bringCookies(context: BrowserContext, { url, cookies }: Visitor): Promise<void> {
  await context.addCookies([...cookies].map(([name, value]) => ({ name, value, url, httpOnly: true })))
}

const axe = new URL(import.meta.resolve('axe-core/axe.min.js'))

/**
 * What axe finds wrong with the page as it is, each in a line; empty when all is well.
 *
 * @param what all of axe's rules; or only those of colours, which are all that a theme changes
 */
export async function findAxeViolations(page: Page, what: 'all' | 'colours' = 'all'): Promise<string[]> {
  const options: RunOptions = { resultTypes: ['violations'] }
  if (what === 'colours') options.runOnly = ['color-contrast', 'link-in-text-block']
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(await readFile(axe, 'utf8'))
  // All that is well would be much to bring here.
  const violations = await page.evaluate<AxeResults['violations']>(
    `axe.run(${JSON.stringify(options)}).then(({ violations }) => violations)`,
  )
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  )
}

const violationBinding = 'reportPolicyViolation'

/** Runs in every page before its own scripts; no policy of the page applies to it. */
const violationListener = `document.addEventListener('securitypolicyviolation', (event) =>
  ${violationBinding}(event.effectiveDirective + ' blocked ' + event.blockedURI + ' on ' + event.documentURI))`

async function collectProblems(context: BrowserContext, url: string): Promise<string[]> {
  const problems: string[] = []
  const { origin } = new URL(url)

  await context.exposeBinding(violationBinding, (_source, violation: string) => {
    problems.push(`policy violation: ${violation}`)
  })
  await context.addInitScript({ content: violationListener })
  context.on('weberror', (error) => problems.push(`uncaught: ${error.error().message}`))
  context.on('console', (message) => {
    // Refusals are answers like others; parts of a page that are missing are noticed below.
    const isStatus = message.text().startsWith('Failed to load resource: the server responded')
    if (message.type() === 'error' && !isStatus) problems.push(`console: ${message.text()}`)
  })
  context.on('dialog', (dialog) => {
    // Asking before unsaved work is lost is no problem; anything else is a script that shouldn't run.
    if (dialog.type() !== 'beforeunload') problems.push(`dialog: ${dialog.type()} ${dialog.message()}`)
    void dialog.dismiss().catch(() => {})
  })
  context.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url())
    if (/^https?:$/.test(protocol) && asked !== origin) problems.push(`asked another host: ${request.url()}`)
  })
  context.on('response', (response) => {
    const kind = response.request().resourceType()
    const isPart = ['script', 'stylesheet', 'image', 'font'].includes(kind)
    if (response.status() >= 500 || (isPart && response.status() >= 400)) {
      problems.push(`${response.status()} for the ${kind} ${response.url()}`)
    }
  })
  return problems
}
