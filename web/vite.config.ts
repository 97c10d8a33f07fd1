import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

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

export default defineConfig({
  root: here('./'),
  plugins: [react(), tailwindcss(), pagesScript()],
  build: {
    outDir: here('../dist/web'),
    emptyOutDir: true,
    // The policy of the pages allows nothing inline and no data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ['chrome123', 'firefox121', 'safari17.5'],
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
  },
})
