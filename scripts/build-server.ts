import { cpSync, globSync, readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, join, resolve, sep } from 'node:path'
import { type Plugin, rolldown } from 'rolldown'
import { NO_SOURCES } from './build-app.ts'

/** Hundreds of small modules each, which cost a process memory and time to start: one file each instead. */
const GATHERED = ['kysely', 'typebox']

const SOURCES = resolve('src') + sep
const ASSETS = '**/*.{css,js,png,svg,woff2}'

/**
 * Builds the server: each of its modules at its own place, with the files that stand beside it, and the gathered
 * packages in `dependencies/`. Other packages are loaded from node_modules.
 *
 * @param folder where to
 */
export async function buildServer(folder: string): Promise<void> {
  const modules = globSync('**/*.ts', { cwd: SOURCES, exclude: NO_SOURCES })
  const bundle = await rolldown({
    input: Object.fromEntries(modules.map((file) => [file.slice(0, -'.ts'.length), SOURCES + file])),
    platform: 'neutral',
    plugins: [leaveImports()],
  })
  await bundle.write({
    dir: folder,
    entryFileNames: '[name].js',
    chunkFileNames: 'dependencies/[name].js',
    minifyInternalExports: false,
    codeSplitting: {
      groups: GATHERED.map((name) => ({
        name,
        test: new RegExp(`[\\\\/]node_modules[\\\\/]${name}[\\\\/]`),
      })),
    },
    banner: ({ name }) => (GATHERED.includes(name) ? licenceOf(name) : ''),
  })
  await bundle.close()
  for (const file of globSync(ASSETS, { cwd: SOURCES })) cpSync(SOURCES + file, join(folder, file))
}

/** Leaves imports of our own modules, and of packages that aren't gathered, for Node to follow. */
function leaveImports(): Plugin {
  return {
    name: 'leave-imports',
    resolveId(source, importer) {
      if (importer?.startsWith(SOURCES) !== true) return undefined
      if (source.startsWith('.')) return { id: source.replace(/\.ts$/, '.js'), external: true }
      const isGathered = GATHERED.some((name) => source === name || source.startsWith(`${name}/`))
      return isGathered ? undefined : { id: source, external: true }
    },
  }
}

/** A copy of a package carries its licence. */
function licenceOf(packageName: string): string {
  const folder = dirname(findPackageJSON(packageName, import.meta.url) ?? '')
  const [file] = globSync('{LICENSE,license}*', { cwd: folder })
  if (file === undefined) throw new Error(`${packageName} has no licence to hand on.`)
  return `/*! ${packageName}\n\n${readFileSync(join(folder, file), 'utf8')}*/`
}
