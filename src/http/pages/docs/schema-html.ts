import { type Html, html } from '../html.ts'
import { type ApiSchema, nameOf, resolve, type Schemas } from './api-document.ts'

/** The largest id there is, which tells nobody anything. */
const LARGEST_ID = 2 ** 31 - 1

/** A field or parameter, and what may be in it. */
interface Field {
  readonly name: string
  readonly schema: ApiSchema
  /** whether it has to be there, where that needs saying */
  readonly mark?: 'required' | 'optional' | undefined
  readonly description?: string | undefined
  /** where it stands, if that isn't plain */
  readonly place?: string
}

/** The fields of an object, each with its type and what it means; of other schemas, what they are. */
export function schemaHtml(schema: ApiSchema, schemas: Schemas): Html {
  const { properties, required = [], anyOf, patternProperties } = resolve(schema, schemas)
  if (properties) {
    const fields = Object.entries(properties).map(([name, property]) => ({
      name,
      schema: property,
      // Where all of them may be left out, as in changes, it goes without saying.
      mark: required.length === 0 || required.includes(name) ? undefined : ('optional' as const),
      description: property.description,
    }))
    return fields.length === 0 ? html`<p class="plain">An empty object.</p>` : fieldsHtml(fields, schemas)
  }
  if (patternProperties)
    return html`<p class="plain">
      An object; each of its values is ${Object.values(patternProperties).map(typeHtml)}.
    </p>`
  if (anyOf?.some((one) => hasFields(one, schemas)))
    return html`${anyOf.map(
      (one, index) =>
        html`<p class="either">${index === 0 ? 'Either' : 'Or'} ${!one.properties && typeHtml(one)}</p>
          ${hasFields(one, schemas) && schemaHtml(one, schemas)}`,
    )}`
  return html`<p class="plain">${typeHtml(resolve(schema, schemas))}</p>`
}

export function fieldsHtml(fields: readonly Field[], schemas: Schemas): Html {
  return html`<dl class="fields">${fields.map((field) => fieldHtml(field, schemas))}</dl>`
}

function fieldHtml({ name, schema, mark, description, place }: Field, schemas: Schemas): Html {
  const inner = innerFields(schema)
  return html`<div>
    <dt><code>${name}</code></dt>
    <dd class="type">${typeHtml(schema)}${boundsOf(schema)}</dd>
    ${place !== undefined && html`<dd class="place">${place}</dd>`}
    ${mark !== undefined && html`<dd class="${mark}">${mark}</dd>`}
    ${description !== undefined && html`<dd class="more">${proseHtml(description)}</dd>`}
    ${
      inner &&
      html`<dd class="more">
        <details>
          <summary>Its fields</summary>
          ${schemaHtml(inner, schemas)}
        </details>
      </dd>`
    }
  </div>`
}

/** A text of the document, whose `code` is marked. */
export function proseHtml(text: string): Html {
  const parts = text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))
  return html`<p>${parts}</p>`
}

/** What a schema is, in a few words; shared schemas are links. */
export function typeHtml(schema: ApiSchema): Html {
  const { type, anyOf, items, format } = schema
  const name = nameOf(schema)
  if (name !== undefined) return html`<a href="#schema-${name}">${name}</a>`
  if ('const' in schema) return html`<code>${JSON.stringify(schema.const)}</code>`
  if (anyOf) {
    const kinds = new Map(anyOf.map(typeHtml).map((kind) => [kind.text, kind]))
    return html`${[...kinds.values()].map((kind, index) => [index > 0 ? ' or ' : '', kind])}`
  }
  if (items) return html`array of ${typeHtml(items)}`
  if (format !== undefined) return html`${format}`
  return html`${type ?? 'anything'}`
}

function boundsOf({ minLength = 0, maxLength, minimum, maximum, maxItems }: ApiSchema): string {
  const told: string[] = []
  if (maxLength !== undefined)
    told.push(
      minLength > 1 ? `${minLength} to ${maxLength} characters` : `at most ${count(maxLength)} characters`,
    )
  else if (minLength > 1) told.push(`at least ${minLength} characters`)
  const top = maximum === undefined || maximum >= LARGEST_ID ? undefined : maximum
  if (minimum !== undefined && top !== undefined) told.push(`${minimum} to ${count(top)}`)
  else if (top !== undefined) told.push(`at most ${count(top)}`)
  else if (minimum !== undefined && minimum > 1) told.push(`at least ${minimum}`)
  if (maxItems !== undefined) told.push(`at most ${count(maxItems)} of them`)
  return told.map((part) => `, ${part}`).join('')
}

const numbers = new Intl.NumberFormat('en')
const count = (value: number): string => numbers.format(value)

/** What is an object, or a list of them, without a name of its own. */
function innerFields({ properties, items, anyOf, ...schema }: ApiSchema): ApiSchema | undefined {
  if (properties) return { ...schema, properties }
  if (items) return innerFields(items)
  return anyOf?.map(innerFields).find((inner) => inner !== undefined)
}

function hasFields(schema: ApiSchema, schemas: Schemas): boolean {
  return resolve(schema, schemas).properties !== undefined
}
