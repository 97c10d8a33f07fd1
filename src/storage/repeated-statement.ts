import { CompiledQuery, type Compilable, type Kysely, type RawBuilder } from 'kysely'
import {
  type AnyStatement,
  type ArgumentsOf,
  type ArgumentType,
  compileHotQuery,
  type HotArguments,
  onceForEachSet,
} from './hot-query.ts'
import type { Tables } from './tables.ts'

type Parts<Args extends HotArguments> = { readonly [Name in keyof Args]: RawBuilder<NonNullable<Args[Name]>> }
type Has<Args extends HotArguments> = { readonly [Name in keyof Args]: boolean }

const compilersOf = new WeakMap<object, ReturnType<typeof createCompiler>>()

function createCompiler(db: Kysely<Tables>) {
  return onceForEachSet((statement: AnyStatement<Compilable>, names) => compileHotQuery(db, statement, names))
}

/** A database's connections and transactions share what says how its SQL is written. */
function compilerOf(db: Kysely<Tables>): ReturnType<typeof createCompiler> {
  const { adapter } = db.getExecutor()
  const known = compilersOf.get(adapter) ?? createCompiler(db)
  compilersOf.set(adapter, known)
  return known
}

/**
 * A statement that nearly every write runs, within its transaction: declared once, and compiled once for each database
 * and set of arguments. Building such a statement anew costs more than running it does.
 *
 * @param types of its arguments
 * @param build see HotQuery
 */
export function repeatedStatement<const Types extends Record<string, ArgumentType>, Row>(
  types: Types,
  build: (
    db: Kysely<Tables>,
    args: Parts<ArgumentsOf<Types>>,
    has: Has<ArgumentsOf<Types>>,
  ) => Compilable<Row>,
): (db: Kysely<Tables>, args: ArgumentsOf<Types>) => Promise<readonly Row[]> {
  const statement: AnyStatement<Compilable> = { types, build }
  return async (db, args) => {
    const { text, fill } = compilerOf(db)(statement, args)
    return (await db.executeQuery<Row>(CompiledQuery.raw(text, fill(args)))).rows
  }
}
