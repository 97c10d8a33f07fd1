import { Type } from 'typebox'
import { type Endpoint, endpoint } from '../pipeline/endpoint.ts'
import { openApiDocument } from '../output/openapi.ts'
import type { ApiDocument } from '../pages/docs/api-document.ts'
import { docsPage } from '../pages/docs/docs-page.ts'
import { PAGE_HEADERS } from '../pages/document.ts'

const shared = { method: 'GET', access: 'anyone' } as const

/** The endpoints that document all endpoints, themselves too; what they answer is made once. */
export function docsEndpoints(others: readonly Endpoint[]): Endpoint[] {
  let document: string | undefined
  const openApi: Endpoint = endpoint({
    ...shared,
    tag: 'Service',
    path: '/openapi.json',
    summary: 'This document',
    answers: { 200: { description: 'OpenAPI 3.1', schema: Type.Object({ openapi: Type.String() }) } },
    handle() {
      document ??= JSON.stringify(openApiDocument(all))
      return { body: document, headers: { 'content-type': 'application/json; charset=utf-8' } }
    },
  })
  let writePage: ((origin: string) => string) | undefined
  const page: Endpoint = endpoint({
    ...shared,
    tag: 'Pages',
    path: '/docs',
    summary: 'A page to read the API',
    answers: {
      200: { description: 'All operations and schemas', schema: Type.String(), contentType: 'text/html' },
    },
    handle({ request }, _context, settings) {
      writePage ??= docsPage(openApiDocument(all) as ApiDocument)
      return { body: writePage(settings.pageOrigin(request)), headers: PAGE_HEADERS }
    },
  })
  const all: readonly Endpoint[] = [...others, openApi, page]
  return [openApi, page]
}
