import type { ColumnDataType, CreateTableBuilder, Kysely, SelectQueryBuilder } from 'kysely'
import type { Tables } from '../tables.ts'

/** What differs between the databases; everything else is one set of Kysely queries. */
export interface DialectDifferences {
  readonly name: 'sqlite'
  /** the type of a column of bytes */
  readonly bytes: ColumnDataType
  /** adds an identity primary key `id` that never hands out a number twice */
  addId<T extends string, C extends string>(table: CreateTableBuilder<T, C>): CreateTableBuilder<T, C | 'id'>
  /** locks the selected rows until the transaction ends, where the database needs telling */
  lockRows<T extends keyof Tables, O>(
    query: SelectQueryBuilder<Tables, T, O>,
  ): SelectQueryBuilder<Tables, T, O>
  isUniqueViolation(error: unknown): boolean
  isForeignKeyViolation(error: unknown): boolean
  /** whether the error says that the store can't be reached or written to now */
  isUnavailable(error: unknown): boolean
}

/** The connections of a dialect, each for what it may promise. */
export interface DialectConnections {
  readonly differences: DialectDifferences
  /** reads committed data without waiting for writers */
  readonly read: Kysely<Tables>
  /** what a user was told is stored: durable when a write returns */
  readonly write: Kysely<Tables>
  /** statistics and counters of tries: a crash of the machine may lose the last moments */
  readonly counters: Kysely<Tables>
}
