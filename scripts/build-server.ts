import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { type Plugin, rolldown } from 'rolldown'
import { withoutComments } from '../src/http/pages/without-comments.ts'
import { NO_SOURCES } from './build-app.ts'

/**
 * Packages that are built in, with what they need themselves: of hundreds of modules, which cost a process memory and
 * time to start, or of much that isn't used, which costs room where it is installed.
 */
const GATHERED: Readonly<Record<string, RegExp>> = {
  kysely: /^kysely$/,
  typebox: /^typebox$/,
  'lru-cache': /^lru-cache$/,
  mcp: /^(@modelcontextprotocol\/.+|zod)$/,
  'prom-client': /^(prom-client|tdigest|bintrees)$/,
  'markdown-it': /^(markdown-it|linkify-it|mdurl|punycode\.js|uc\.micro)$/,
  htmlparser2: /^(htmlparser2|dom[a-z-]+)$/,
  entities: /^entities$/,
  fflate: /^fflate$/,
  diff: /^diff$/,
}

const SOURCES = resolve('src') + sep
const ASSETS = '**/*.{css,js,png,svg,woff2}'

/** What is started or imported by its place: threads, processes, and what programs import. */
const STARTED = ['main', 'cli/main', 'client/client', '**/*-{worker,thread,process}']

/**
 * Builds the server: what is started by its place has its place, as have files that stand beside the code; all else is in
 * `parts/`, with the gathered packages. Other packages are loaded from node_modules.
 *
 * @param folder where to
 */
export async function buildServer(folder: string): Promise<void> {
  const started = globSync(
    STARTED.map((file) => `${file}.ts`),
    { cwd: SOURCES, exclude: NO_SOURCES },
  )
  const bundle = await rolldown({
    input: Object.fromEntries(started.map((file) => [file.slice(0, -'.ts'.length), SOURCES + file])),
    platform: 'node',
    plugins: [leaveImports(), keepPlaces(), leaveUnused()],
    // What isn't used of it may go, which it doesn't say itself.
    treeshake: { moduleSideEffects: [{ test: /[\\/]node_modules[\\/]diff[\\/]/, sideEffects: false }] },
  })
  const { output } = await bundle.write({
    dir: folder,
    entryFileNames: '[name].js',
    chunkFileNames: 'parts/[name].js',
    minify: true,
    codeSplitting: {
      groups: Object.entries(GATHERED).map(([name, packages]) => ({
        name,
        test: (id: string) => packages.test(packageOf(id) ?? ''),
      })),
    },
  })
  await bundle.close()
  const moduleIds = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []))
  writeFileSync(join(folder, 'parts', 'LICENSES.txt'), licencesOf(moduleIds))
  for (const file of globSync(ASSETS, { cwd: SOURCES })) {
    cpSync(SOURCES + file, join(folder, file))
    if (/\.(css|js)$/.test(file))
      writeFileSync(join(folder, file), withoutComments(readFileSync(SOURCES + file, 'utf8')))
  }
}

/** Leaves imports of packages that aren't gathered for Node to follow. */
function leaveImports(): Plugin {
  return {
    name: 'leave-imports',
    resolveId(source, importer) {
      if (importer?.startsWith(SOURCES) !== true) return undefined
      if (source.startsWith('.')) return undefined
      const [name = source] = /^(?:@[^/]+\/)?[^/]+/.exec(source) ?? []
      const isGathered = Object.values(GATHERED).some((packages) => packages.test(name))
      return isGathered ? undefined : { id: source, external: true }
    },
  }
}

/** Modules find files from where they are written, whichever part of the build they come into. */
function keepPlaces(): Plugin {
  return {
    name: 'keep-places',
    transform(code, id) {
      if (!id.startsWith(SOURCES)) return undefined
      const place = relative(SOURCES, id).replaceAll(sep, '/').replace(/\.ts$/, '.js')
      return code.replaceAll('import.meta.url', `'place:${place}'`)
    },
    renderChunk: (code, { fileName }) =>
      code.replaceAll(/(['"])place:([^'"]+)\1/g, (_, __, place: string) => {
        const path = relative(dirname(fileName), place).replaceAll(sep, '/')
        return `new URL('${path}', import.meta.url).href`
      }),
  }
}

const NO_TRACES = '\0no-traces.cjs'

/** What packages have for those who want more of them, and in which we would carry half of what they weigh. */
function leaveUnused(): Plugin {
  return {
    name: 'leave-unused',
    resolveId: (source) => (source === '@opentelemetry/api' ? NO_TRACES : undefined),
    load(id) {
      // Metrics only look for traces that are under way, and there are none.
      if (id === NO_TRACES) return 'exports.context = { active() {} }; exports.trace = { getSpan() {} }'
      // Zod knows what is wrong in some fifty languages; we speak English.
      if (/[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/.test(id))
        return "export { default as en } from './en.js'"
      // It is given a validator, and needs none of its own.
      if (/[\\/]@modelcontextprotocol[\\/]server[\\/]dist[\\/]shimsNode\.mjs$/.test(id))
        return "export { default as process } from 'node:process'\nexport class DefaultJsonSchemaValidator {}"
      return undefined
    },
  }
}

/** The package that a module is of. */
function packageOf(id: string): string | undefined {
  return /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id)?.[1]?.replaceAll('\\', '/')
}

/** A copy of a package carries its licence. */
function licencesOf(moduleIds: readonly string[]): string {
  const packagesOf = new Map<string, Set<string>>()
  for (const id of moduleIds) {
    const name = packageOf(id)
    if (name === undefined) continue
    const folder = join(id.slice(0, id.lastIndexOf('node_modules')), 'node_modules', name)
    const [file] = globSync('{LICENSE,LICENCE,license}*', { cwd: folder })
    if (file === undefined) throw new Error(`${name} has no licence to hand on.`)
    // Broken into lines alike, most are the same but for a name, and pack small.
    const paragraphs = readFileSync(join(folder, file), 'utf8')
      .trim()
      .split(/\r?\n(?:[^\S\n]*\r?\n)+/)
    const text = paragraphs.map((paragraph) => paragraph.trim().replaceAll(/\s+/g, ' ')).join('\n\n')
    packagesOf.set(text, (packagesOf.get(text) ?? new Set()).add(name))
  }
  return [...packagesOf].map(([text, names]) => `${[...names].join(', ')}\n\n${text}\n`).join('\n\n')
}
