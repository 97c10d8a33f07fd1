import type {
  ColumnDataType,
  CreateTableBuilder,
  Expression,
  Kysely,
  RawBuilder,
  SelectQueryBuilder,
} from 'kysely'
import type { HotQueries } from '../hot-query.ts'
import type { Tables } from '../tables.ts'
import type { SearchDifferences } from './dialect-search.ts'

/** Why a store takes no question or no change, as operators count it. */
export type UnavailableCause =
  | 'unreachable'
  | 'timeout'
  | 'busy'
  | 'full'
  | 'read-only'
  | 'input-output'
  | 'replaced'
  | 'other'

/** What differs between the databases; everything else is one set of Kysely queries. */
export interface DialectDifferences {
  readonly name: 'sqlite' | 'postgres'
  /** the type of a column of text, sorted by its bytes in UTF-8 */
  readonly text: ColumnDataType | Expression<string>
  /** the type of a column of bytes */
  readonly bytes: ColumnDataType
  /** another random text for each row */
  readonly randomText: RawBuilder<string>
  readonly search: SearchDifferences
  /** adds an identity primary key `id` that never hands out a number twice */
  addId<T extends string, C extends string>(table: CreateTableBuilder<T, C>): CreateTableBuilder<T, C | 'id'>
  /** locks the selected rows until the transaction ends, where the database needs telling */
  lockRows<DB, T extends keyof DB, O>(query: SelectQueryBuilder<DB, T, O>): SelectQueryBuilder<DB, T, O>
  /** the same, while others may still store what belongs to them */
  lockRowsAlone<DB, T extends keyof DB, O>(query: SelectQueryBuilder<DB, T, O>): SelectQueryBuilder<DB, T, O>
  /** as `lockRows`, leaving out those that others have locked */
  lockFreeRows<DB, T extends keyof DB, O>(query: SelectQueryBuilder<DB, T, O>): SelectQueryBuilder<DB, T, O>
  isUniqueViolation(error: unknown): boolean
  isForeignKeyViolation(error: unknown): boolean
  /** whether a transaction met another one, was rolled back, and may be tried again */
  isConflict(error: unknown): boolean
  /** whether the error says that the store can't be reached or written to now */
  isUnavailable(error: unknown): boolean
  /** why it can't, in a word of few */
  causeOf(error: unknown): UnavailableCause
}

/** The connections of one purpose. */
export interface PoolFigures {
  readonly name: string
  readonly connections: number
  readonly idle: number
  /** requests that wait for one */
  readonly waiting: number
  /** connections whose commit the server has not answered in time */
  readonly held: number
  /** how often one was waited for, and how long altogether, since the start */
  readonly waits: number
  readonly waitedSeconds: number
}

/** What an operator wants to know of a database. */
export interface StoreState {
  /** by how much its clock is ahead of this machine's; 0 where it has none of its own */
  readonly clockAheadMs: number
  /** why changes aren't taken or wait, in a sentence; undefined while they are */
  readonly writesWait: string | undefined
  /** in bytes; undefined where it can't be known from here */
  readonly sizes: Readonly<Record<'database' | 'log' | 'free', number | undefined>>
}

/** The connections of a dialect, each for what it may promise. */
export interface DialectConnections {
  readonly differences: DialectDifferences
  /** reads committed data without waiting for writers */
  readonly read: Kysely<Tables>
  /** the queries that nearly every request asks, on committed data */
  readonly hot: HotQueries
  /** reads several things of one moment, in transactions that write nothing */
  readonly moments: Kysely<Tables>
  /** what a user was told is stored: durable when a write returns */
  readonly write: Kysely<Tables>
  /** statistics and counters of tries: a crash of the machine may lose the last moments */
  readonly counters: Kysely<Tables>
  /** Called once the schema is there. */
  begin(this: void): void
  /** Called before its connections are closed. @returns to be called after */
  end(this: void): () => void
  /** Asks the database something; rejects when it doesn't answer, or isn't the one to ask. */
  ping(this: void): Promise<void>
  examine(this: void): Promise<StoreState>
  /** Whether `reclaimSpace` has something to give back. */
  hasSpaceToReclaim(this: void): boolean
  /**
   * Gives some of the room that deleted rows leave back to the disk.
   *
   * @returns whether there is more to give back
   */
  reclaimSpace(this: void): Promise<boolean>
  /** Lets the work use room on the disk that is kept for what must go on when it is full. */
  lendReserve<T>(this: void, work: () => Promise<T>): Promise<T>
  /** whether the disk has room for what can be done without */
  hasRoom(this: void): boolean
  /** none where there are no pools */
  pools(this: void): readonly PoolFigures[]
  /** a connection whose statements may take their time, and tables be made anew; whoever opens it destroys it */
  openForMigration(): Kysely<Tables>
}
