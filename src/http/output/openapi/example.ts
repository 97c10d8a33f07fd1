import type { TSchema } from 'typebox'

/** What texts hold in examples, by the name of their field. */
const TEXTS: Readonly<Record<string, string>> = {
  name: 'Moons of Neptune',
  model: 'triton-1',
  message: 'What is the largest moon of Neptune?',
  content: 'What is the largest moon of Neptune?',
  password: 'correct horse battery',
  current_password: 'correct horse battery',
}

/** A body such as may be sent: what has to be in it. @returns undefined where none can be made up */
export function exampleOf(schema: TSchema, field = ''): unknown {
  const given = schema as Readonly<Record<string, unknown>>
  const { examples, anyOf, type, properties, required, items } = given
  if (Array.isArray(examples)) return examples[0]
  if ('const' in given) return given['const']
  if (Array.isArray(anyOf)) return exampleOf(anyOf[0], field)
  switch (type) {
    case 'object': {
      const needed = Array.isArray(required) ? required : []
      const fields = Object.entries((properties ?? {}) as Record<string, TSchema>)
      return Object.fromEntries(
        fields
          .filter(([name]) => needed.includes(name))
          .map(([name, property]) => [name, exampleOf(property, name)]),
      )
    }
    case 'array':
      return items === undefined ? [] : [exampleOf(items as TSchema, field)]
    case 'string':
      return TEXTS[field] ?? 'text'
    case 'integer':
    case 'number':
      return 1
    case 'boolean':
      return true
    default:
      return undefined
  }
}
