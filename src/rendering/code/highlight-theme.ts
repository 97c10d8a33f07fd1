import type { ThemeRegistration } from '@shikijs/primitive'

/**
 * Which part of a program gets which colour. The "colours" are names that become the classes `tk-keyword`,
 * `tk-string`, …, so that light and dark are a matter of the style sheet and the page needs no inline style.
 * The scopes are those of Shiki's css-variables theme.
 */
export const highlightTheme: ThemeRegistration = {
  name: 'classes',
  type: 'dark',
  colors: { 'editor.foreground': 'plain', 'editor.background': 'plain' },
  tokenColors: [
    color('plain', [
      'keyword.operator.accessor',
      'meta.group.braces.round.function.arguments',
      'meta.template.expression',
      'markup.fenced_code meta.embedded.block',
    ]),
    { scope: ['emphasis', 'markup.italic.markdown'], settings: { fontStyle: 'italic' } },
    { scope: ['strong', 'markup.heading.markdown', 'markup.bold.markdown'], settings: { fontStyle: 'bold' } },
    color('link', [
      'meta.link.inline.markdown',
      'markup.underline.link',
      'punctuation.definition.metadata.markdown',
    ]),
    color('string', [
      'string',
      'markup.fenced_code',
      'markup.inline',
      'beginning.punctuation.definition.list.markdown',
      'entity.name.tag',
      'string.quoted',
      'string.regexp',
      'string.interpolated',
      'string.template',
      'string.unquoted.plain.out.yaml',
      'keyword.other.template',
    ]),
    color('comment', ['comment', 'string.quoted.docstring.multi']),
    color('constant', [
      'constant.numeric',
      'constant.language',
      'constant.other.placeholder',
      'constant.character.format.placeholder',
      'variable.language.this',
      'variable.other.object',
      'variable.other.class',
      'variable.other.constant',
      'meta.property-name',
      'meta.property-value',
      'support',
    ]),
    color('keyword', [
      'keyword',
      'storage.modifier',
      'storage.type',
      'storage.control.clojure',
      'entity.name.function.clojure',
      'entity.name.tag.yaml',
      'support.function.node',
      'support.type.property-name.json',
      'punctuation.separator.key-value',
      'punctuation.definition.template-expression',
      'punctuation.definition.string.begin.markdown',
      'punctuation.definition.string.end.markdown',
      'string.other.link.title.markdown',
      'string.other.link.description.markdown',
    ]),
    color('parameter', ['variable.parameter.function']),
    color('function', [
      'support.function',
      'entity.name.type',
      'entity.other.inherited-class',
      'meta.function-call',
      'meta.instance.constructor',
      'entity.other.attribute-name',
      'entity.name.function',
      'constant.keyword.clojure',
    ]),
    color('punctuation', [
      'punctuation.definition.arguments',
      'punctuation.definition.dict',
      'punctuation.separator',
      'meta.function-call.arguments',
    ]),
    color('inserted', ['markup.inserted', 'meta.diff.header.to-file', 'punctuation.definition.inserted']),
    color('deleted', ['markup.deleted', 'meta.diff.header.from-file', 'punctuation.definition.deleted']),
    color('changed', ['markup.changed', 'punctuation.definition.changed']),
  ],
}

function color(name: string, scope: string[]): { scope: string[]; settings: { foreground: string } } {
  return { scope, settings: { foreground: name } }
}
