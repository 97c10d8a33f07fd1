import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientName } from './client-name.ts'

const named: Record<string, string> = {
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0': 'Firefox on Linux',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0':
    'Edge on Windows',
  'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36':
    'Chrome on Android',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/604.1':
    'Safari on iOS',
  'curl/8.5.0': 'curl',
  'python-requests/2.32': 'python-requests',
  '<script>alert(1)</script>': 'unknown program',
  '': 'unknown program',
}

for (const [userAgent, name] of Object.entries(named)) {
  test(`"${userAgent.slice(0, 40)}…" is ${name}`, () => assert.equal(clientName(userAgent), name))
}
