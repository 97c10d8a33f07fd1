import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { buildServer } from '../../scripts/build-server.ts'
import { endpoints } from '../../src/http/endpoints.ts'
import { openApiDocument } from '../../src/http/output/openapi.ts'
import { createVisitor, greeting, type Person, signUp } from '../kit/client.ts'
import { recordAt } from '../kit/json.ts'
import { type Server, startServer } from '../kit/start-server.ts'
import { claudeExport, importFile } from '../kit/uploads.ts'

for (const from of ['source', 'build'])
  describe(`the server that is started from its ${from}`, () => {
    let folder: string
    let server: Server
    let owner: Person

    before(async () => {
      // Within the repository, as the packages are.
      mkdirSync('test-results', { recursive: true })
      folder = mkdtempSync(join('test-results', 'built-'))
      if (from === 'build') {
        await buildServer(folder)
        // It stands beside the folder of the build, and tells the version.
        copyFileSync('package.json', join('test-results', 'package.json'))
      }
      server = await startServer({ program: from === 'build' ? join(folder, 'main.js') : 'src/main.ts' })
      owner = await signUp(server.url)
    })

    after(async () => {
      await server.close()
      rmSync(folder, { recursive: true })
    })

    test('has the API that its modules describe, down to the schemas', async () => {
      const api = endpoints.filter(({ path }) => path.startsWith('/api/'))
      const described: unknown = JSON.parse(JSON.stringify(openApiDocument(api)))
      const served = (await owner.get('/openapi.json')).json()
      assert.deepEqual(pathsOfApi(served), pathsOfApi(described))
    })

    test('shares a chat, and renders its page', async () => {
      const { uuid } = await owner.share(await owner.createChat(greeting))
      const stranger = createVisitor(server.url)
      assert.equal((await stranger.readShare(uuid)).status, 200)
      const page = await stranger.get(`/shared/chats/${uuid}`, { accept: 'text/html' })
      assert.equal(page.status, 200)
      assert.match(page.text, /<p>Triton\. It orbits backwards\.<\/p>/)
    })

    test('imports a file', async () => {
      const { chats } = await importFile(
        owner,
        claudeExport([{ id: 'a', name: 'Triton', messages: greeting }]),
      )
      assert.deepEqual(
        chats.map(({ name }) => name),
        ['Triton'],
      )
    })

    test('says what is wrong with a request', async () => {
      const answer = await owner.send('POST', '/api/auth/login', { json: { email: 'nobody' } })
      assert.equal(answer.status, 400)
      assert.match(answer.text, /"Required"/)
    })
  })

function pathsOfApi(document: unknown): [string, unknown][] {
  const paths = Object.entries(recordAt(document, 'paths') ?? {})
  return paths.filter(([path]) => path.startsWith('/api/'))
}
