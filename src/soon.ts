/**
 * A value that is there, or a promise of it. SQLite answers at once, PostgreSQL later; a read that nobody has to wait
 * for then costs no promises and no turns of the event loop, which together cost as much as its query.
 */
export type Soon<T> = T | Promise<T>

/** Goes on with a value: at once when it is there. */
export function whenThere<T, R>(value: Soon<T>, goOn: (value: T) => Soon<R>): Soon<R> {
  return value instanceof Promise ? value.then(goOn) : goOn(value)
}
