import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/**
 * Puts the pages' theme script into the head, as a file of its own that runs before anything is painted: what was
 * chosen on a shared chat holds in the app, and the other way round.
 */
function themeScript(): Plugin {
  const source = readFileSync(here('../src/http/pages/assets/theme.js'), 'utf8')
  const fileName = `assets/theme-${hash('sha256', source, 'hex').slice(0, 8)}.js`
  let isServed = false
  return {
    name: 'theme-script',
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
  plugins: [react(), tailwindcss(), themeScript()],
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
