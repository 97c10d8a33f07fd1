/**
 * Writes the types of `neptun-share/client` into the build, for the package: the client's own declarations by
 * TypeScript, and the contract's types written out, so that whoever uses them needs no TypeBox.
 *
 * Usage: node scripts/write-client-types.ts
 */
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contract } from '../src/contract/schemas.ts'
import { runPackage } from './run-package.ts'

const FOLDER = 'dist/client'

function writeClientTypes(): void {
  const scratch = mkdtempSync(join(tmpdir(), 'neptun-types-'))
  try {
    const options = ['--declaration', '--emitDeclarationOnly', '--noEmit', 'false', '--noCheck']
    runPackage('typescript', 'bin/tsc', ['-p', 'src/client', ...options, '--outDir', scratch])
    for (const file of globSync('*.d.ts', { cwd: join(scratch, 'client') })) {
      const text = readFileSync(join(scratch, 'client', file), 'utf8')
      writeFileSync(join(FOLDER, file), text.replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'"))
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  writeFileSync(join(FOLDER, 'contract-types.d.ts'), contractTypes())
}

/** `contract-types.ts` without TypeBox. */
function contractTypes(): string {
  const named = Object.entries<unknown>(contract).filter((entry): entry is [string, Schema] =>
    isSchema(entry[1]),
  )
  const names = new Map<unknown, string>()
  for (const [name, schema] of named) if ('properties' in schema) names.set(schema, name)
  const lines = named.map(([name, schema]) => `  ${name}: ${typeOf(schema, names)}`)
  return [
    '/** What the schemas of the OpenAPI document describe, by their names. */',
    'export interface Schemas {',
    ...lines,
    '}',
    'export type SchemaName = keyof Schemas',
    'export type Of<Name extends SchemaName> = Schemas[Name]',
    '',
  ].join('\n')
}

interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly description?: string
}

function isSchema(value: unknown): boolean {
  return typeof value === 'object' && value !== null && '~kind' in value
}

/** A schema as TypeScript writes it. @param names those that are referred to rather than written */
function typeOf(schema: Schema, names: ReadonlyMap<unknown, string>): string {
  const inner = (part: Schema): string => {
    const name = names.get(part)
    return name === undefined ? typeOf(part, names) : `Schemas['${name}']`
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.anyOf) return schema.anyOf.map(inner).join(' | ')
  if (schema.items) return `(${inner(schema.items)})[]`
  if (schema.properties) {
    const fields = Object.entries(schema.properties).map(([name, field]) => {
      const told =
        field.description === undefined ? '' : `/** ${field.description.replaceAll('*/', '* /')} */ `
      return `${told}${name}${schema.required?.includes(name) ? '' : '?'}: ${inner(field)}`
    })
    return `{ ${fields.join('; ')} }`
  }
  const [values] = Object.values(schema.patternProperties ?? {})
  if (values) return `{ [name: string]: ${inner(values)} }`
  if (schema.type === 'integer' || schema.type === 'number') return 'number'
  if (schema.type === 'string' || schema.type === 'boolean' || schema.type === 'null') return schema.type
  return 'unknown'
}

writeClientTypes()
