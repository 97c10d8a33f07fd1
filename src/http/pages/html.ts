import { escapeHtml } from '../../rendering/escape-html.ts'

/** HTML that is safe to send: made by {@link html}, which escapes what is put into it, or vouched for. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Part = string | number | Html | false | undefined | readonly Part[]

/**
 * A template whose texts are escaped unless they are {@link Html}; `false` and `undefined` write nothing, so that
 * `${isOpen && html`…`}` reads well. Safe in elements and in quoted attributes.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = strings[0] ?? ''
  // A page has hundreds of templates, and iterating over entries makes an array of each.
  for (let index = 0; index < parts.length; index++) text += write(parts[index]) + (strings[index + 1] ?? '')
  return new Html(text)
}

function write(part: Part): string {
  if (part instanceof Html) return part.text
  if (part === false || part === undefined) return ''
  if (typeof part === 'string') return escapeHtml(part)
  return typeof part === 'number' ? String(part) : part.map(write).join('')
}
