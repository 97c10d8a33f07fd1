import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Type } from 'typebox'
import { Refusal } from '../../actions/refusal.ts'
import type { Answer } from '../pipeline/answer.ts'
import { type Endpoint, endpoint } from '../pipeline/endpoint.ts'
import { openApiDocument } from '../output/openapi.ts'

const shared = { method: 'GET', access: 'anyone', tag: 'Service' } as const

/** The endpoints that document all endpoints, themselves too. */
export function docsEndpoints(others: readonly Endpoint[]): Endpoint[] {
  let document: string | undefined
  const openApi: Endpoint = endpoint({
    ...shared,
    path: '/openapi.json',
    summary: 'This document',
    answers: { 200: { description: 'OpenAPI 3.1', schema: Type.Object({ openapi: Type.String() }) } },
    handle() {
      document ??= JSON.stringify(openApiDocument(all))
      return { body: document, headers: { 'content-type': 'application/json; charset=utf-8' } }
    },
  })
  const all: readonly Endpoint[] = [...others, openApi, docsPage, docsAsset]
  return [openApi, docsPage, docsAsset]
}

// The page's own parts come from this server, so that nothing needs to be fetched from elsewhere.
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Neptun Share API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<main id="docs"><noscript>The API's machine form is at <a href="/openapi.json">/openapi.json</a>.</noscript></main>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`
// As dark as our pages are, whose choice is kept under this name.
const START = `let theme
try {
  theme = localStorage.getItem('neptun-theme')
} catch {}
theme ??= matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
document.documentElement.classList.toggle('dark-mode', theme === 'dark')
document.documentElement.style.colorScheme = theme
SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null })\n`

// Swagger UI styles its parts from script and draws its icons as data: images.
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const html = {
  description: 'A page to read and try the API',
  schema: Type.String(),
  contentType: 'text/html',
}

const docsPage = endpoint({
  ...shared,
  tag: 'Pages',
  path: '/docs',
  summary: 'A page to read and try the API',
  answers: { 200: html },
  handle: () => ({
    body: PAGE,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': PAGE_POLICY },
  }),
})

const TYPES: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'start.js': 'text/javascript; charset=utf-8',
}

const docsAsset = endpoint({
  ...shared,
  tag: 'Pages',
  path: '/docs/{asset}',
  summary: "The page's parts",
  params: Type.Object({ asset: Type.String() }),
  answers: { 200: { description: 'A style or script', schema: Type.String(), contentType: 'text/plain' } },
  async handle({ params }): Promise<Answer> {
    const type = Object.hasOwn(TYPES, params.asset) ? TYPES[params.asset] : undefined
    if (type === undefined) throw new Refusal({ code: 'route-not-found' })
    const headers = { 'content-type': type, 'cache-control': 'private, max-age=3600' }
    if (params.asset === 'start.js') return { body: START, headers }
    const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
    return { body: await readFile(join(folder, params.asset)), headers }
  },
})
