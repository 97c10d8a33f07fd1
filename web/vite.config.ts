import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { pageAssetUrl } from '../src/http/pages/page-asset-url.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/**
 * Puts what the app shares with the server's pages into the head, as a file of its own that runs before anything is
 * painted: the theme, so that what was chosen on a shared chat holds in the app and the other way round, and what
 * rendered messages need.
 */
function pagesScript(): Plugin {
  const source = ['theme.js', 'message.js']
    .map((file) => readFileSync(here(`../src/http/pages/assets/${file}`), 'utf8'))
    .join('\n')
  const fileName = `assets/pages-${hash('sha256', source, 'hex').slice(0, 8)}.js`
  let isServed = false
  return {
    name: 'pages-script',
    configResolved({ command }) {
      isServed = command === 'serve'
    },
    buildStart() {
      if (!isServed) this.emitFile({ type: 'asset', fileName, source })
    },
    transformIndexHtml() {
      const script = isServed ? { children: source } : { attrs: { src: `/${fileName}` } }
      return [{ tag: 'script', injectTo: 'head-prepend', ...script }]
    },
  }
}

/** The fonts of formulas are those of the server's pages: one copy, which browsers fetch once. */
function pagesFonts(): Plugin {
  return {
    name: 'pages-fonts',
    generateBundle(_, bundle) {
      const assets = Object.values(bundle).filter((file) => file.type === 'asset')
      const sheets = assets.filter(({ fileName }) => fileName.endsWith('.css'))
      for (const { fileName, originalFileNames, source } of assets) {
        if (!fileName.endsWith('.woff2')) continue
        const name = basename(originalFileNames[0] ?? '', '.woff2')
        const url = pageAssetUrl(name, 'woff2', Buffer.from(source))
        for (const sheet of sheets) sheet.source = String(sheet.source).replaceAll(`/${fileName}`, url)
        delete bundle[fileName]
      }
    },
  }
}

export default defineConfig({
  root: here('./'),
  plugins: [react(), tailwindcss(), pagesScript(), pagesFonts()],
  build: {
    outDir: here('../dist/web'),
    emptyOutDir: true,
    // The policy of the pages allows nothing inline and no data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // What isn't used of it may go, which it doesn't say itself.
      treeshake: { moduleSideEffects: [{ test: /[\\/]node_modules[\\/]diff[\\/]/, sideEffects: false }] },
    },
    target: ['chrome123', 'firefox121', 'safari17.5'],
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
  },
})
