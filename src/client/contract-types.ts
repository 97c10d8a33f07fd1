import type { Static } from 'typebox'
import type { contract } from '../contract/schemas.ts'

type Contract = typeof contract

/** The names of the contract's schemas, as they are in the OpenAPI document. */
export type SchemaName = {
  [Name in keyof Contract]: Contract[Name] extends { readonly '~kind': string } ? Name : never
}[keyof Contract]

/** What a schema describes. The package is given this file's types written out, by `scripts/write-client-types.ts`. */
export type Of<Name extends SchemaName> = Static<Contract[Name]>
