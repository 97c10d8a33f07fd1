import assert from 'node:assert/strict'
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { after, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { createVisitor, expectOk } from '../kit/client.ts'
import { findOtherNodes } from '../kit/other-nodes.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

/** The package as people get it: packed, installed for every folder by npm, and run on whichever Node they have. */

const LINES = [20, 22, 24] as const
const STRICT = [
  '--strict',
  '--exactOptionalPropertyTypes',
  '--noUncheckedIndexedAccess',
  '--target',
  'es2022',
] as const
const MEGABYTE = 1_000_000
const repository = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'neptun-package-'))
after(() => rmSync(folder, { recursive: true, force: true }))
chmodSync(folder, 0o755)

const nodes = await findOtherNodes(LINES)
const tarball = await pack()
const prefix = join(folder, 'prefix')
const skip = typeof nodes === 'string' ? nodes : await install()
const command = join(prefix, 'bin', 'neptun-share')
const home = join(prefix, 'lib', 'node_modules', 'neptun-share')
const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string }
const user = findOtherUser()

async function pack(): Promise<string> {
  await promisify(execFile)('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: repository })
  return join(folder, globSync('*.tgz', { cwd: folder })[0] ?? '')
}

/** @returns why it can't be */
async function install(): Promise<string | false> {
  const args = [
    'install',
    '--global',
    '--prefix',
    prefix,
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    tarball,
  ]
  try {
    await promisify(execFile)('npm', args, { cwd: folder })
    return false
  } catch (error) {
    const text = String(error)
    if (/ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|network/i.test(text))
      return `npm's registry can't be reached`
    throw error
  }
}

/** Who isn't the one who installed it, where that can be; files of this machine may be readable to one user alone. */
function findOtherUser(): { readonly uid?: number; readonly gid?: number } {
  if (typeof nodes === 'string' || process.getuid?.() !== 0) return {}
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' })),
  )
  if (uid === undefined || gid === undefined) return {}
  return spawnSync(join(nodes[20], 'node'), ['--version'], { uid, gid }).status === 0 ? { uid, gid } : {}
}

function ownFolder(name: string): string {
  const own = join(folder, name)
  mkdirSync(own, { mode: 0o700 })
  if (user.uid !== undefined && user.gid !== undefined) chownSync(own, user.uid, user.gid)
  return own
}

/** Runs a program of the package as another user, in a folder of their own, until it is told to stop. */
function startThere(
  line: (typeof LINES)[number],
  program: string,
  args: readonly string[],
  env: object,
  cwd: string,
) {
  const bin = typeof nodes === 'string' ? '' : nodes[line]
  const child = spawn(program, args, {
    ...user,
    cwd,
    env: { PATH: [bin, '/usr/bin', '/bin'].join(delimiter), HOME: cwd, TMPDIR: cwd, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  return { child, closed: once(child, 'close'), output: () => output }
}

async function serveThere(
  line: (typeof LINES)[number],
  args: readonly string[],
  env: object,
  cwd: string,
  while_: (url: string) => Promise<void>,
) {
  const { child, closed, output } = startThere(line, command, args, env, cwd)
  try {
    await until('it listens', () => /Listening on/.test(output()) || child.exitCode !== null)
    const url = /Listening on (http:[^"]+)/.exec(output())?.[1]
    assert.ok(url, output())
    await while_(url)
  } finally {
    child.kill('SIGTERM')
  }
  assert.deepEqual(await closed, [0, null], output())
}

describe('the package, installed by npm for every folder,', { skip, concurrency: 3 }, () => {
  for (const line of LINES) {
    test(`serves on Node ${line}, for a user who didn't install it`, async () => {
      const cwd = ownFolder(`node-${line}`)
      await serveThere(line, ['serve', '--port', '0'], {}, cwd, async (url) => {
        const visitor = createVisitor(url)
        assert.equal(expectOk(await visitor.get('/health'), shapes.health).version, version)
        const app = await visitor.get('/', { accept: 'text/html' })
        assert.equal(app.status, 200)
        const sheet = /href="(\/[^"]+\.css)"/.exec(app.text)?.[1] ?? ''
        assert.equal((await visitor.get(sheet)).status, 200, sheet)
      })
      const database = join(cwd, 'data', 'neptun.db')
      assert.equal(statSync(database).mode & 0o777, 0o600)
      if (line !== 20) return
      for (const args of [['check'], ['backup', 'backup.db'], ['restore', 'backup.db'], ['--version']]) {
        const { closed, output } = startThere(line, command, args, {}, cwd)
        assert.deepEqual(await closed, [0, null], `${args.join(' ')}: ${output()}`)
      }
    })
  }

  test('is small, and holds nothing of others and nothing that only we need', () => {
    assert.ok(statSync(tarball).size <= MEGABYTE, `${statSync(tarball).size} bytes`)
    const ofNode = globSync('node_modules/{node-bin-*,node-linux-*,node-darwin-*,node-win-*}', { cwd: home })
    const bytes = sizeOf(home) - ofNode.reduce((sum, name) => sum + sizeOf(join(home, name)), 0)
    // A third of it is libvips, which decodes pictures; languages to highlight and what draws diagrams are another.
    assert.ok(bytes <= 60 * MEGABYTE, `${bytes} bytes`)
    const ours = globSync('{*,dist/**/*}.{map,ts,test.js}', { cwd: home })
    assert.deepEqual(
      ours.filter((file) => !/^dist\/client\/[\w-]+\.d\.ts$/.test(file)),
      [],
    )
  })

  test('has metadata to be published with, and a README whose links lead somewhere', () => {
    const { name, license, description, exports, bin, engines } = JSON.parse(
      readFileSync(join(home, 'package.json'), 'utf8'),
    ) as Record<string, unknown>
    for (const value of [name, license, description, exports, bin, engines]) assert.ok(value)
    const readme = readFileSync(join(home, 'README.md'), 'utf8')
    for (const [, link = ''] of readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g))
      assert.ok(statSync(join(repository, link), { throwIfNoEntry: false }), link)
  })
})

describe('neptun-share/client, as a program installs it,', { skip }, () => {
  const program = join(folder, 'program')
  const compile = (...options: readonly string[]) =>
    promisify(execFile)(
      join(repository, 'node_modules/.bin/tsc'),
      ['--ignoreConfig', ...STRICT, ...options],
      {
        cwd: program,
      },
    ).catch((error: { stdout: string }) => assert.fail(error.stdout))

  test('compiles strictly, for Node and for browsers, and runs on each Node', async () => {
    mkdirSync(join(program, 'node_modules'), { recursive: true })
    symlinkSync(home, join(program, 'node_modules/neptun-share'))
    writeFileSync(join(program, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(program, 'use.ts'), USE)
    const types = join(repository, 'node_modules/@types')
    await Promise.all([
      compile('--module', 'nodenext', '--types', 'node', '--typeRoots', types, 'use.ts'),
      compile(
        '--noEmit',
        '--module',
        'esnext',
        '--moduleResolution',
        'bundler',
        '--lib',
        'es2022,dom',
        'use.ts',
      ),
    ])
    const server = await startServer()
    try {
      for (const line of LINES) {
        const node = typeof nodes === 'string' ? '' : join(nodes[line], 'node')
        const args = [join(program, 'use.js'), server.url, `node-${line}@example.org`]
        const { stdout } = await promisify(execFile)(node, args, { cwd: program })
        assert.equal(stdout, 'Moons: 2 messages, new; locked: 401\n', `Node ${line}`)
      }
    } finally {
      await server.close()
    }
  })

  test('has the types of the contract', async () => {
    writeFileSync(join(program, 'same.ts'), SAME(join(repository, 'src/client/contract-types.ts')))
    await compile(
      '--noEmit',
      '--module',
      'nodenext',
      '--allowImportingTsExtensions',
      '--skipLibCheck',
      'same.ts',
    )
  })
})

/** What a program does with the client. */
const USE = `
import { ApiProblem, createClient, type ListedChat } from 'neptun-share/client'

declare const process: { readonly argv: readonly string[] }
const [, , server = '', email = ''] = process.argv
const client = createClient({ server })
const user = await client.signUp({ email, password: 'correct horse battery' })
const account = client.account(user.id)
const text = '# User\\n\\nHow many?\\n\\n# Assistant\\n\\nFourteen.\\n'
const { conversations: [conversation] } = await account.importFiles(
  [{ name: 'Moons.md', content: new Blob([text]) }],
  { onProgress: (done: number) => void done },
)
const chats: ListedChat[] = []
for await (const chat of account.chats({ limit: 1 })) chats.push(chat)
const [chat] = chats
if (chat === undefined) throw new Error('There is no chat.')
const share = await account.createShare(chat.id, { password: 'open sesame', max_views: 3 })
const reader = createClient({ server }).sharedChat(share.url)
const locked = await reader.read().catch((problem: unknown) => {
  if (problem instanceof ApiProblem) return problem
  throw problem
})
await reader.unlock('open sesame')
const { chatMessages } = await reader.read()
const status = locked instanceof ApiProblem ? locked.status : 200
// @ts-expect-error -- a wish that there isn't
await account.chatsPage({ order: 'name' }).catch(() => undefined)
console.log(\`\${chat.name}: \${chatMessages.length} messages, \${conversation?.outcome}; locked: \${status}\`)
`

/** Each schema has the same type in the package as in the sources. */
const SAME = (sources: string) => `
import type { Of as Packed, SchemaName as PackedName } from 'neptun-share/client'
import type { Of, SchemaName } from '${sources}'

type Other = {
  [Name in SchemaName]: [Of<Name>] extends [Packed<Name>] ? ([Packed<Name>] extends [Of<Name>] ? never : Name) : Name
}[SchemaName]
export const other: [Other, Exclude<PackedName, SchemaName>] extends [never, never] ? true : Other = true
`

describe('the files that run it elsewhere', { skip }, () => {
  test('the steps of the Dockerfile give a server that is healthy, and stops when it is told to', async () => {
    const [, , ...image] = readFileSync(join(repository, 'Dockerfile'), 'utf8')
      .replaceAll('\\\n', '')
      .split(/^(?=FROM )/m)
    const steps = [...(image[0] ?? '').matchAll(/^([A-Z]+) +(.+)$/gm)].map(([, name, text = '']) => ({
      name,
      text,
    }))
    const all = (name: string) => steps.filter((step) => step.name === name).map(({ text }) => text)
    const words = (name: string): string[] => JSON.parse(all(name)[0] ?? '[]')
    const [installs = '', ...runs] = all('RUN')
    // As the package was installed here.
    assert.match(installs, /^npm install --global \/package\/\*\.tgz\b/)
    const data = ownFolder('data')
    const root = join(folder, 'image')
    execFileSync('cp', ['-al', prefix, root])
    const here = (text: string) =>
      text
        .replaceAll('/usr/local', root)
        .replaceAll('/data', data)
        .replaceAll(
          /--(owner|group)=node/g,
          (_, of) =>
            `--${of}=${of === 'owner' ? (user.uid ?? process.getuid?.()) : (user.gid ?? process.getgid?.())}`,
        )
    for (const text of runs) execFileSync('sh', ['-ec', here(text)])
    assert.deepEqual(globSync('lib/node_modules/neptun-share/node_modules/node-linux-*', { cwd: root }), [])
    const env = Object.fromEntries(
      all('ENV').flatMap((text) => text.split(' ').map((pair) => here(pair).split(/=(.*)/s).slice(0, 2))),
    ) as Record<string, string>
    assert.equal(env['PORT'], '3000')
    const [program, ...args] = [...words('ENTRYPOINT'), ...words('CMD')]
    assert.equal(program, 'neptun-share')
    // Its Node is as new as the image's: that of this test.
    const bin = join(process.execPath, '..')
    const started = spawn(join(root, 'bin', program), args, {
      ...user,
      cwd: data,
      env: { ...env, PATH: [bin, '/usr/bin', '/bin'].join(delimiter), HOST: '127.0.0.1', PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    started.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    const closed = once(started, 'close')
    await until('it listens', () => output.includes('Listening on') || started.exitCode !== null)
    const PORT = new URL(/Listening on (http:[^"]+)/.exec(output)?.[1] ?? '').port
    const [node = '', ...probe] = JSON.parse(
      /CMD (\[.+\])$/.exec(all('HEALTHCHECK')[0] ?? '')?.[1] ?? '[]',
    ) as string[]
    const isHealthy = () =>
      promisify(execFile)(node, probe, { env: { PATH: bin, PORT } }).then(
        () => true,
        () => false,
      )
    assert.equal(await isHealthy(), true)
    started.kill((all('STOPSIGNAL')[0] ?? 'SIGKILL') as NodeJS.Signals)
    assert.deepEqual(await closed, [0, null])
    assert.equal(await isHealthy(), false)
    assert.ok(statSync(join(data, 'neptun.db')).isFile())
  })

  test('the unit of systemd starts the command that is installed, with settings that it takes', async () => {
    const unit = readFileSync(join(repository, 'deploy/neptun-share.service'), 'utf8')
    const values = (name: string) =>
      [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value)
    const [program = '', ...args] = values('ExecStart')[0]?.split(' ') ?? []
    assert.equal(program, '/usr/local/bin/neptun-share')
    const state = ownFolder('state')
    const env = Object.fromEntries(
      values('Environment').flatMap((text) =>
        text
          .split(' ')
          .map((pair) => pair.replace('/var/lib/neptun-share', state).split(/=(.*)/s).slice(0, 2)),
      ),
    ) as Record<string, string>
    await serveThere(24, args, { ...env, PORT: '0' }, state, async (url) => {
      assert.equal((await createVisitor(url).get('/readyz')).status, 200)
    })
    assert.ok(statSync(join(state, 'neptun.db')).isFile())
  })
})

describe('on a system where the Node that comes along does not run, such as Alpine,', { skip }, () => {
  test('the command says so on an older Node, and uses one that is new enough', async () => {
    const [own = ''] = globSync('node_modules/node-linux-*/bin/node', { cwd: home })
    rmSync(join(home, own))
    // The system finds the file, and not what would load it.
    writeFileSync(join(home, own), '#!/lib/no-such-loader.so.1\n', { mode: 0o755 })
    const cwd = ownFolder('musl')
    const old = startThere(20, command, ['version'], {}, cwd)
    assert.deepEqual(await old.closed, [1, null])
    assert.match(
      old.output(),
      /^neptun-share needs Node 24 or newer; this is 20\.\S+ The one that comes along does not run/,
    )
    const present = startThere(24, command, ['--version'], {}, cwd)
    assert.deepEqual(await present.closed, [0, null])
    assert.equal(present.output(), `${version}\n`)
  })
})

function sizeOf(path: string): number {
  return Number(execFileSync('du', ['--summarize', '--bytes', path], { encoding: 'utf8' }).split('\t')[0])
}
