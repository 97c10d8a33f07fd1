import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** A Chromium that can be started, and what its process needs in the environment. */
export type Chromium = {
  readonly executablePath: string
  readonly env: Readonly<Record<string, string>>
}

const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/**
 * The Chromium to test with: `$CHROMIUM`, else an installed one, else the one that comes inside an npm package,
 * so that the tests run on a Linux machine that has nothing but npm.
 */
export async function findChromium(): Promise<Chromium> {
  const wanted = process.env['CHROMIUM']
  if (wanted) {
    if (!existsSync(wanted)) throw new Error(`CHROMIUM names ${wanted}, where there is nothing.`)
    return { executablePath: wanted, env: {} }
  }
  const found = installed.find((path) => existsSync(path))
  return found === undefined ? packagedChromium() : { executablePath: found, env: {} }
}

/** The Chromium of `@sparticuz/chromium`, unpacked once per version and user; it needs no network. */
export async function packagedChromium(): Promise<Chromium> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('No Chromium found. Install one, or name its file in CHROMIUM.')
  }
  const manifest = fileURLToPath(new URL('../package.json', import.meta.resolve('@sparticuz/chromium')))
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string }
  const folder = join(tmpdir(), `neptun-share-chromium-${version}-${process.getuid?.() ?? 0}`)
  if (!existsSync(folder)) await unpackInto(folder)
  return {
    executablePath: join(folder, 'chromium'),
    env: {
      // Its libraries stand in where the machine has none of its own.
      LD_LIBRARY_PATH: [process.env['LD_LIBRARY_PATH'], ...systemLibraries, join(folder, 'al2023', 'lib')]
        .filter(Boolean)
        .join(':'),
      ...(existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: join(folder, 'fonts') }),
    },
  }
}

const systemLibraries = ['/lib/x86_64-linux-gnu', '/usr/lib/x86_64-linux-gnu', '/usr/lib64']

/** Test files run at the same time: each unpacks for itself, and the first one's folder gets the name. */
async function unpackInto(folder: string): Promise<void> {
  const own = await mkdtemp(`${folder}-`)
  try {
    // The package unpacks to the temporary folder; its libraries only where it believes to be on Amazon's Linux.
    const script = `import('${import.meta.resolve('@sparticuz/chromium')}').then((it) => it.default.executablePath())`
    await promisify(execFile)(process.execPath, ['-e', script], {
      env: { ...process.env, TMPDIR: own, AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x' },
    })
    await rename(own, folder)
  } catch (error) {
    await rm(own, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
}
