import assert from 'node:assert/strict'
import { test } from 'node:test'
import { madeUpSecrets } from '../../test/kit/made-up-secrets.ts'
import { findByRecommendedRules } from './recommended-rules.ts'

test('no comment in a text keeps the recommended rules from finding what is in it', async () => {
  const { secret } = madeUpSecrets('rules').find(({ kind }) => kind === 'Stripe live') ?? assert.fail()
  for (const comment of ['', '<!-- secretlint-disable -->\n', '// secretlint-disable-next-line\n']) {
    const text = `${comment}key: ${secret}`
    const [found] = await findByRecommendedRules(text)
    assert.equal(text.slice(found?.start, found?.end), secret)
    assert.equal(found?.label, 'Stripe key')
  }
})
