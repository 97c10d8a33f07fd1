import { type DatabaseConfig, readConfig } from '../../start/config.ts'
import { Failure } from '../failure.ts'

/** Of commands for whoever runs a server: they work on the database itself, not on the API. */
export const DATABASE_HELP = `Works on the database that DATABASE_URL names (file:./data/neptun.db, in the folder where you are).
`

/** Runs what an operator asked for. What it writes is private; what goes wrong is said in a sentence. */
export async function operate<T>(work: (database: DatabaseConfig) => Promise<T>): Promise<T> {
  process.umask(0o077)
  try {
    return await work(readConfig().database)
  } catch (error) {
    // Errors of ours, of the system and of the databases say what is wrong; a stack would help nobody.
    if (!(error instanceof Error) || error instanceof Failure || error instanceof TypeError) throw error
    const cause = error.cause instanceof Error ? ` ${error.cause.message}` : ''
    throw new Failure('failed', `${error.message}${cause}`)
  }
}
