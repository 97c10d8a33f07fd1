import { escapeHtml } from '../../../rendering/escape-html.ts'
import { document } from '../document.ts'
import { type Html, html } from '../html.ts'
import { listIcon, saveIcon } from '../icons.ts'
import { pageAssets } from '../page-assets.ts'
import { type ApiDocument, operationsByTag, type PlacedOperation, type Schemas } from './api-document.ts'
import { commandHtml, methodHtml, operationHtml } from './operation-html.ts'
import { schemaHtml } from './schema-html.ts'

/** Where the page says under which address the server was asked; nothing else in it has this character. */
const ORIGIN = '\ue000'

/**
 * The API to read, made from its OpenAPI document.
 *
 * @returns writes the page for who came by an address such as `https://share.example.com`
 */
export function docsPage(api: ApiDocument): (origin: string) => string {
  const { text } = wholePage(api)
  return (origin) => text.replaceAll(ORIGIN, () => escapeHtml(origin))
}

function wholePage(api: ApiDocument): Html {
  const byTag = operationsByTag(api)
  const { schemas } = api.components
  const groups = api.tags.map((tag) => ({
    ...tag,
    id: idOf(tag.name),
    operations: byTag.get(tag.name) ?? [],
  }))
  const tagList = html`<ul class="tags" aria-label="What there is">
    ${groups.map(({ name, id }) => html`<li><a href="#${id}">${name}</a></li>`)}
    <li><a href="#schemas">Schemas</a></li>
  </ul>`
  return document({
    title: 'The API · Neptun Share',
    style: pageAssets().docsStyle,
    tools: html`<button
        type="button"
        class="tool contents-button"
        popovertarget="contents"
        title="All operations"
      >
        ${listIcon}<span>Operations</span></button
      ><a class="tool" href="/openapi.json" title="The API as OpenAPI 3.1"
        >${saveIcon}<span>OpenAPI</span></a
      >`,
    body: html`<div class="api">
      <main id="main">
        ${introduction(api)} ${tagList}
        ${groups.map(
          ({ name, description, id, operations }) =>
            html`<section class="group" aria-labelledby="${id}">
              <h2 id="${id}">${name}</h2>
              <p class="about">${description}.</p>
              ${operations.map((placed) => operationHtml(placed, schemas))}
            </section>`,
        )}
        <section class="group" aria-labelledby="schemas">
          <h2 id="schemas">Schemas</h2>
          <p class="about">What bodies and answers are made of.</p>
          ${Object.keys(schemas)
            .toSorted()
            .map((name) => namedSchema(name, schemas))}
        </section>
      </main>
      <nav class="contents" id="contents" popover aria-label="Operations">
        ${groups.map(
          ({ name, operations }) =>
            html`<details>
              <summary>${name} <span class="count">${operations.length}</span></summary>
              <ul>
                ${operations.map(entry)}
              </ul>
            </details>`,
        )}
        <a href="#schemas">Schemas</a>
      </nav>
    </div>`,
  })
}

function entry({ method, operation: { operationId, summary } }: PlacedOperation): Html {
  return html`<li>
    <a href="#operation-${operationId}">${methodHtml(method)} <span>${summary}</span></a>
  </li>`
}

function namedSchema(name: string, schemas: Schemas): Html {
  const schema = schemas[name] ?? {}
  return html`<article class="named" id="schema-${name}" aria-labelledby="schema-${name}-name">
    <h3 id="schema-${name}-name"><a href="#schema-${name}">${name}</a></h3>
    ${schema.description !== undefined && html`<p>${schema.description}</p>`} ${schemaHtml(schema, schemas)}
  </article>`
}

function introduction({ info }: ApiDocument): Html {
  const variables = `SERVER=${ORIGIN}\nTOKEN=npt_…\nUSER_ID=1`
  const sessions = `curl -c session.txt "$SERVER/api/auth/login" \\
  -H 'Content-Type: application/json' \\
  -d '{"email":"ada@example.com","password":"…"}'`
  return html`<header class="api-head">
      <h1>The API</h1>
      <p class="lead">${info.description} Whatever the app does, your programs can do too.</p>
      <p class="facts">
        <span>Version ${info.version}</span><span>JSON over HTTP</span
        ><span><a href="/openapi.json">OpenAPI 3.1</a></span>
      </p>
    </header>
    <section class="start" aria-labelledby="start">
      <h2 id="start">Before you start</h2>
      <div>
        <h3>For programs: a token</h3>
        <p>
          Make one under <a href="/account">Account</a>, or with <code>neptun-share tokens --new NAME</code>,
          and send it with each request as <code>Authorization: Bearer npt_…</code>. The commands on this page
          take these values:
        </p>
        ${commandHtml(variables, 'Copy the command: set the values that all others use')}
      </div>
      <div>
        <h3>For people: a session</h3>
        <p>
          Signing in sets a cookie. Some things, such as making tokens, need it. The answer tells your
          <code>USER_ID</code>.
        </p>
        ${commandHtml(sessions, 'Copy the command: sign in and keep the session')}
      </div>
      <div class="wide">
        <h3>When something is wrong</h3>
        <p>
          Each error is JSON with <code>statusCode</code>, <code>message</code> and what helps in
          <code>data</code>: see <a href="#schema-ApiError">ApiError</a> and
          <a href="#schema-ValidationError">ValidationError</a>. What isn’t yours answers 404, as if it
          weren’t there. After a 429 or 503, <code>Retry-After</code> says how many seconds to wait.
        </p>
      </div>
    </section>`
}

const idOf = (tag: string): string => `tag-${tag.toLowerCase().replaceAll(' ', '-')}`
