import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { findAxeViolations, openWhole, startBrowser, type TestBrowser } from './browser.ts'
import { packagedChromium } from './find-chromium.ts'
import { chromium } from 'playwright-core'

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; require-trusted-types-for 'script'"

const bodies: Record<string, string> = {
  '/clean': '<!doctype html><html lang="en"><title>Clean</title><main><h1>Clean</h1></main></html>',
  '/inline': '<!doctype html><title>x</title><script>alert(1)</script><p style="color:red">x</p>',
  '/late': '<!doctype html><title>x</title><script src="/late.js"></script>',
  '/late.js': 'console.error("late"); alert(2); throw new Error("thrown")',
  '/foreign': '<!doctype html><title>x</title><img src="http://payload.invalid/x.png">',
  '/missing': '<!doctype html><title>x</title><link rel="stylesheet" href="/nowhere.css">',
  '/poor': '<!doctype html><html><title>x</title><main><h1>x</h1><input><img src="data:,"></main></html>',
}

describe('the browser of the tests', () => {
  let browser: TestBrowser
  let server: Server
  let url: string

  before(async () => {
    browser = await startBrowser()
    server = createServer((request, response) => {
      const path = request.url ?? ''
      const body = bodies[path]
      const type = path.endsWith('.js') ? 'text/javascript' : 'text/html'
      const policyOf = path === '/foreign' || path === '/missing' ? {} : { 'content-security-policy': policy }
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': type, ...policyOf }).end(body)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    assert.ok(typeof address === 'object' && address !== null)
    url = `http://127.0.0.1:${address.port}`
  })
  after(async () => {
    await browser.close()
    server.closeAllConnections()
    server.close()
  })

  async function problemsOf(path: string, javaScript = true): Promise<string> {
    const visitor = await browser.open(url, { javaScript })
    await openWhole(visitor.page, path)
    await visitor.close()
    return visitor.problems().join('\n')
  }

  test('nothing is found on a clean page', async () => {
    assert.equal(await problemsOf('/clean'), '')
  })

  test('violations of the policy are noticed', async () => {
    const problems = await problemsOf('/inline')
    assert.match(problems, /policy violation: script-src-elem blocked inline/)
    assert.match(problems, /policy violation: style-src-attr blocked inline/)
  })

  test('violations are noticed without JavaScript too', async () => {
    assert.match(await problemsOf('/inline', false), /console: .*style/)
  })

  test('scripts that run, errors and lines on the console are noticed', async () => {
    const problems = await problemsOf('/late')
    for (const expected of [/dialog: alert 2/, /uncaught: thrown/, /console: late/]) {
      assert.match(problems, expected)
    }
  })

  test('requests to other hosts and missing parts are noticed', async () => {
    assert.match(await problemsOf('/foreign'), /asked another host: http:\/\/payload\.invalid/)
    assert.match(await problemsOf('/missing'), /404 for the stylesheet/)
  })

  test('axe works under a strict policy and says where what is wrong', async () => {
    const visitor = await browser.open(url)
    await visitor.page.goto('/clean')
    assert.deepEqual(await findAxeViolations(visitor.page), [])
    await visitor.page.goto('/poor')
    assert.match((await findAxeViolations(visitor.page)).join('\n'), /html-has-lang[\s\S]*label/)
    await visitor.close()
  })
})

test(
  'a machine with nothing but npm has a browser',
  {
    skip: process.platform !== 'linux' || process.arch !== 'x64',
  },
  async () => {
    const { executablePath, env } = await packagedChromium()
    const browser = await chromium.launch({
      executablePath,
      env: { ...(process.env as Record<string, string>), ...env },
      args: ['--no-sandbox'],
    })
    const page = await browser.newPage()
    await page.setContent('<title>Here</title>')
    assert.equal(await page.title(), 'Here')
    await browser.close()
  },
)
