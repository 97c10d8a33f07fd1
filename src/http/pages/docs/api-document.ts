/** Those parts of the OpenAPI document that its page shows. */
export interface ApiDocument {
  readonly info: { readonly version: string; readonly description: string }
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>
  readonly components: { readonly schemas: Schemas }
}

export interface ApiOperation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly parameters?: readonly ApiParameter[]
  readonly requestBody?: { readonly required: boolean; readonly content: Contents }
  readonly responses: Readonly<Record<string, ApiAnswer>>
  readonly security: readonly Readonly<Record<string, unknown>>[]
}

export interface ApiParameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly description?: string
  readonly schema: ApiSchema
}

export interface ApiAnswer {
  readonly description: string
  readonly headers?: Readonly<Record<string, { readonly description: string }>>
  readonly content?: Contents
}

type Contents = Readonly<Record<string, { readonly schema?: ApiSchema; readonly example?: unknown }>>

export interface ApiSchema {
  readonly $ref?: string
  readonly type?: string
  readonly const?: unknown
  readonly anyOf?: readonly ApiSchema[]
  readonly items?: ApiSchema
  readonly properties?: Schemas
  readonly patternProperties?: Schemas
  readonly required?: readonly string[]
  readonly format?: string
  readonly description?: string
  readonly examples?: readonly unknown[]
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly maxItems?: number
}

export type Schemas = Readonly<Record<string, ApiSchema>>

/** An operation and where it is. */
export interface PlacedOperation {
  readonly path: string
  /** as requests write it */
  readonly method: string
  readonly operation: ApiOperation
}

/** All operations, by tag. */
export function operationsByTag({ paths }: ApiDocument): ReadonlyMap<string, readonly PlacedOperation[]> {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  return Map.groupBy(all, ({ operation }) => operation.tags[0] ?? '')
}

/** The name of the shared schema that a schema stands for. */
export function nameOf({ $ref }: ApiSchema): string | undefined {
  return $ref?.slice($ref.lastIndexOf('/') + 1)
}

/** The schema itself, where only its name is given. */
export function resolve(schema: ApiSchema, schemas: Schemas): ApiSchema {
  return schemas[nameOf(schema) ?? ''] ?? schema
}
