import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { registerHooks } from 'node:module'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import spectralCore from '@stoplight/spectral-core'
import { oas } from '@stoplight/spectral-rulesets'
import { endpoints } from '../../src/http/endpoints.ts'
import { openApiDocument } from '../../src/http/output/openapi.ts'
import { nameOperations } from '../../src/http/output/openapi/operation-names.ts'
import { isRecord, recordAt } from '../kit/json.ts'

/** The API's description, as the tools take it that people feed it to. */

const text = JSON.stringify(openApiDocument(endpoints))
const document: unknown = JSON.parse(text)
const operations = Object.entries(recordAt(document, 'paths') ?? {}).flatMap(([path, methods]) =>
  Object.entries(isRecord(methods) ? methods : {}).map(([method, one]) => ({ path, method, one })),
)
const namesOf = (key: string) => operations.map(({ one }) => (isRecord(one) ? String(one[key]) : ''))

const at = (...keys: string[]) => recordAt(document, 'paths', ...keys)

test('Redocly finds no error', async () => {
  const config = await createConfig({ extends: ['recommended'] })
  const problems = await lintFromString({ source: text, absoluteRef: 'openapi.json', config })
  const errors = problems.filter(({ severity }) => severity === 'error')
  assert.deepEqual(
    errors.map(({ ruleId, message, location }) => ({ ruleId, message, at: location[0]?.pointer })),
    [],
  )
})

test('Spectral finds no error', async () => {
  const spectral = new spectralCore.Spectral()
  // Its types and those of its rules don't know each other.
  spectral.setRuleset({ extends: [oas as never] })
  const problems = await spectral.run(text)
  // As the package's own types have it, which it doesn't export: 0 is an error, 1 a warning.
  assert.deepEqual(
    problems
      .filter(({ severity }) => String(severity) === '0')
      .map(({ code, message, path }) => ({ code, message, path })),
    [],
  )
})

test('openapi-typescript makes types of it that compile strictly', async () => {
  // It takes TypeScript apart, which the present one doesn't let it.
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'typescript'
        ? next(new URL('../kit/typescript-5.ts', import.meta.url).href, context)
        : next(specifier, context),
  })
  const { default: openapiTypescript, astToString } = await import('openapi-typescript')
  hooks.deregister()
  const types = astToString(await openapiTypescript(text))
  const folder = mkdtempSync(join(tmpdir(), 'neptun-openapi-'))
  try {
    writeFileSync(join(folder, 'api.ts'), types)
    writeFileSync(
      join(folder, 'use.ts'),
      `import type { components, operations } from './api'
       export const chat: components['schemas']['Chat']['name'] = 'Moons'
       export const sent: operations['createChat']['requestBody']['content']['application/json'] = { model: 'm', name: chat }
      `,
    )
    const compiler = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url))
    const run = spawnSync(
      process.execPath.endsWith('.exe') ? `${compiler}.cmd` : compiler,
      [
        '--noEmit',
        '--strict',
        '--exactOptionalPropertyTypes',
        '--moduleResolution',
        'bundler',
        '--module',
        'esnext',
        'use.ts',
      ],
      { cwd: folder, encoding: 'utf8' },
    )
    assert.equal(run.status, 0, run.stdout + run.stderr)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('every operation has a name of its own that reads well', () => {
  const names = namesOf('operationId')
  assert.equal(new Set(names).size, names.length)
  for (const name of names) assert.match(name, /^[a-z][a-zA-Z\d]+$/)
  for (const name of ['listChats', 'createChat', 'getSharedChat', 'unlockSharedChat', 'login']) {
    assert.ok(names.includes(name), name)
  }
  const double = [
    { method: 'GET', path: '/api/users/{user_id}/chats' },
    { method: 'GET', path: '/api/chats' },
  ] as const
  assert.equal(new Set(nameOperations(double).values()).size, 2)
})

test('pages and their parts are no part of it', () => {
  const paths = operations.map(({ path }) => path)
  for (const path of ['/', '/docs', '/assets/{asset}', '/shared/chats/{uuid}', '/sign-in']) {
    assert.ok(!paths.includes(path), path)
  }
})

test('schemas of the contract have their names, whichever file they are in', () => {
  const schemas = recordAt(document, 'components', 'schemas') ?? {}
  for (const name of ['Chat', 'ChatMessage', 'Share', 'SharedChatAnswer', 'ValidationError']) {
    assert.ok(name in schemas, name)
  }
  const folder = new URL('../../src/contract/', import.meta.url)
  const list = readFileSync(new URL('schemas.ts', folder), 'utf8')
  const unlisted = readdirSync(folder).filter((file) => file !== 'schemas.ts' && !list.includes(`./${file}'`))
  assert.deepEqual(unlisted, [])
})

test('it tells of headers, examples and limits', () => {
  assert.ok(at('/api/shared/chats/{uuid}', 'get', 'responses', '200', 'headers', 'ETag'))
  assert.ok(at('/api/shared/chats/{uuid}', 'get', 'responses', '429', 'headers', 'Retry-After'))
  assert.ok(at('/api/auth/login', 'post', 'responses', '200', 'headers', 'Set-Cookie'))
  const created = at('/api/users/{user_id}/chats', 'post', 'requestBody', 'content', 'application/json')
  assert.deepEqual(created?.['example'], { model: 'triton-1', name: 'Moons of Neptune' })
})
