import { type Html, html } from '../html.ts'
import { copyIcon } from '../icons.ts'
import type { ApiAnswer, ApiOperation, PlacedOperation, Schemas } from './api-document.ts'
import { curlExample } from './curl-example.ts'
import { fieldsHtml, proseHtml, schemaHtml, typeHtml } from './schema-html.ts'

/** One operation: what it does, who may, what it takes, a command to try it, and what it answers. */
export function operationHtml(placed: PlacedOperation, schemas: Schemas): Html {
  const { path, method, operation } = placed
  const { operationId, summary, description } = operation
  const id = `operation-${operationId}`
  return html`<article class="operation" id="${id}" aria-labelledby="${id}-name">
    <header>
      <h3 id="${id}-name"><a href="#${id}">${summary}</a></h3>
      <p class="address">${methodHtml(method)} <code>${pathHtml(path)}</code></p>
    </header>
    <div class="told">
      ${description !== undefined && proseHtml(description)}
      <p class="who">${whoMay(placed)}</p>
      ${parametersHtml(operation, schemas)} ${bodyHtml(operation, schemas)} ${answersHtml(operation, schemas)}
    </div>
    ${commandHtml(curlExample(placed, schemas), `Copy the command: ${summary}`)}
  </article>`
}

export function methodHtml(method: string): Html {
  return html`<span class="method ${method.toLowerCase()}">${method}</span>`
}

/** Lines that can be copied. */
export function commandHtml(command: string | Html, label: string): Html {
  return html`<div class="command code-block">
    <button type="button" class="tool copy-code needs-clipboard" aria-label="${label}" title="Copy">
      ${copyIcon}
    </button>
    <pre><code>${command}</code></pre>
  </div>`
}

/** May break after each slash. */
function pathHtml(path: string): Html {
  return html`${path.split(/(?<=\/)/).map((part) => [part, html`<wbr />`])}`
}

function whoMay({ path, operation: { security } }: PlacedOperation): string {
  const ways = new Set(security.flatMap((way) => Object.keys(way)))
  const isOpen = security.length === 0 || security.some((way) => Object.keys(way).length === 0)
  if (ways.has('metrics')) return 'For this machine, or with the metrics token.'
  if (ways.size === 0) return 'For anyone.'
  if (isOpen && !path.includes('{uuid}')) return 'For anyone; a session or a token says who asks.'
  if (isOpen) return 'For whom the share lets in: with its password, a session or a token, or without any.'
  return ways.has('token') ? 'With a session or a token.' : 'With a session; tokens don’t do.'
}

function parametersHtml({ parameters = [] }: ApiOperation, schemas: Schemas): Html | false {
  const fields = parameters.map(({ name, in: place, required, description, schema }) => ({
    name,
    schema,
    mark: required && place !== 'path' ? ('required' as const) : undefined,
    description,
    place: place === 'path' ? 'in the path' : place,
  }))
  return (
    fields.length > 0 &&
    html`<h4>Parameters</h4>
      ${fieldsHtml(fields, schemas)}`
  )
}

function bodyHtml({ requestBody }: ApiOperation, schemas: Schemas): Html | false {
  if (!requestBody) return false
  const { content, required } = requestBody
  const schema = Object.values(content).find((one) => one.schema)?.schema
  const types = Object.keys(content)
  return html`<h4>Body${!required && html` <span class="place">may be left out</span>`}</h4>
    <p class="types">As ${types.map((type, index) => [index > 0 ? ', ' : '', html`<code>${type}</code>`])}</p>
    ${
      schema &&
      html`<details class="schema">
        <summary>${schema.$ref ? schemaName(schema.$ref) : 'Fields'}</summary>
        ${schemaHtml(schema, schemas)}
      </details>`
    }`
}

function answersHtml({ responses }: ApiOperation, schemas: Schemas): Html {
  const all = Object.entries(responses)
  const errors = all.filter(([status]) => Number(status) >= 400)
  return html`<h4>Answers</h4>
    ${all.filter(([status]) => Number(status) < 400).map((entry) => answerHtml(entry, schemas))}
    ${
      errors.length > 0 &&
      html`<details class="schema">
        <summary>
          <span class="status bad">Errors</span> ${errors.map(([status]) => status).join(', ')}
        </summary>
        <dl class="fields">
          ${errors.map(
            ([status, { description, content = {} }]) =>
              html`<div>
                <dt><code>${status}</code></dt>
                <dd class="type">
                  ${Object.values(content).map((one) => one.schema && typeHtml(one.schema))}
                </dd>
                <dd class="more">${proseHtml(description)}</dd>
              </div>`,
          )}
        </dl>
      </details>`
    }`
}

function answerHtml(
  [status, { description, headers, content = {} }]: [string, ApiAnswer],
  schemas: Schemas,
): Html {
  const bodies = Object.entries(content)
  const cookie = headers?.['Set-Cookie']
  const title = html`<span class="status good">${status}</span> ${description}`
  if (bodies.length === 0 && !cookie) return html`<p class="answer">${title}</p>`
  return html`<details class="schema">
    <summary>${title}</summary>
    ${cookie && html`<p class="plain">Sets a cookie: ${cookie.description}.</p>`}
    ${bodies.map(
      ([type, { schema }]) =>
        html`${(bodies.length > 1 || type !== 'application/json') && html`<p class="plain"><code>${type}</code></p>`}
        ${schema?.$ref !== undefined && html`<p class="plain">${typeHtml(schema)}</p>`}
        ${schema && schemaHtml(schema, schemas)}`,
    )}
  </details>`
}

const schemaName = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1)
