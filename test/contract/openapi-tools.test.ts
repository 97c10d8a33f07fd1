import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { registerHooks } from 'node:module'
import { test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import spectralCore from '@stoplight/spectral-core'
import { oas } from '@stoplight/spectral-rulesets'
import { endpoints } from '../../src/http/endpoints.ts'
import { openApiDocument } from '../../src/http/output/openapi.ts'
import { nameOperations } from '../../src/http/output/openapi/operation-names.ts'
import { rolldown } from 'rolldown'
import { expectOk, signUp } from '../kit/client.ts'
import { isRecord, recordAt } from '../kit/json.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'

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

/** Tools that take TypeScript apart, which the present one doesn't let them, get the one before. */
async function withTypeScript5<T>(load: () => Promise<T>): Promise<T> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'typescript'
        ? next(new URL('../kit/typescript-5.ts', import.meta.url).href, context)
        : next(specifier, context),
  })
  try {
    return await load()
  } finally {
    hooks.deregister()
  }
}

/** Works in a folder of its own, which is removed after. */
async function inFolder(work: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'neptun-openapi-'))
  try {
    await work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function compileStrictly(folder: string, ...more: readonly string[]): void {
  const compiler = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url))
  const options = ['--noEmit', '--strict', '--moduleResolution', 'bundler', ...more]
  const target = ['--module', 'esnext', '--target', 'es2022', '--lib', 'es2022,dom,dom.iterable']
  const run = spawnSync(compiler, ['--ignoreConfig', ...options, ...target, 'use.ts'], {
    cwd: folder,
    encoding: 'utf8',
  })
  assert.equal(run.status, 0, run.stdout + run.stderr)
}

test('openapi-typescript makes types of it that compile strictly', () =>
  inFolder(async (folder) => {
    const { default: openapiTypescript, astToString } = await withTypeScript5(
      () => import('openapi-typescript'),
    )
    writeFileSync(join(folder, 'api.ts'), astToString(await openapiTypescript(text)))
    writeFileSync(
      join(folder, 'use.ts'),
      `import type { components, operations } from './api'
       export const chat: components['schemas']['Chat']['name'] = 'Moons'
       export const sent: operations['createChat']['requestBody']['content']['application/json'] = { model: 'm', name: chat }
      `,
    )
    compileStrictly(folder, '--exactOptionalPropertyTypes')
  }))

test('@hey-api/openapi-ts makes a client of it that compiles strictly, and works', () =>
  inFolder(async (folder) => {
    const { createClient } = await withTypeScript5(() => import('@hey-api/openapi-ts'))
    await createClient({
      input: { ...(isRecord(document) ? document : {}) },
      output: join(folder, 'api'),
      plugins: ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'],
      logs: { level: 'silent', file: false },
    })
    writeFileSync(
      join(folder, 'use.ts'),
      `import { createChat, createChatMessage, createChatShare, getSharedChat, type SharedChatAnswer } from './api'
       import { client } from './api/client.gen'

       export async function share(baseUrl: string, token: string, user_id: number): Promise<SharedChatAnswer> {
         client.setConfig({ baseUrl, auth: ({ scheme }) => (scheme === 'bearer' ? token : undefined) })
         const made = await createChat({ path: { user_id }, body: { name: 'Moons', model: 'm' }, throwOnError: true })
         const path = { user_id, chat_id: made.data.chat.id }
         await createChatMessage({ path, body: { messages: [{ role: 'user', content: 'How many?' }] } })
         const { data } = await createChatShare({ path, body: { is_protected: true }, throwOnError: true })
         const shared = await getSharedChat({ path: { uuid: data.share.uuid }, throwOnError: true })
         if (typeof shared.data === 'string') throw new Error('It answered text.')
         return shared.data
       }
      `,
    )
    compileStrictly(folder)
    const bundle = await rolldown({ input: join(folder, 'use.ts'), logLevel: 'silent' })
    await bundle.write({ file: join(folder, 'use.mjs') })
    await bundle.close()
    const use = (await import(pathToFileURL(join(folder, 'use.mjs')).href)) as {
      share(url: string, token: string, userId: number): Promise<unknown>
    }
    const server = await startServer()
    try {
      const owner = await signUp(server.url)
      const made = await owner.send('POST', owner.path('/tokens'), { json: { name: 'CI', scope: 'write' } })
      const shared = await use.share(server.url, expectOk(made, shapes.newToken).token.token, owner.id)
      assert.ok(isRecord(shared) && Array.isArray(shared['chatMessages']))
      assert.equal(shared['chatMessages'].length, 1)
    } finally {
      await server.close()
    }
  }))

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
