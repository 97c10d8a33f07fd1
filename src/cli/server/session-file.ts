import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Type, type Static } from 'typebox'
import { Check } from 'typebox/schema'
import { Failure } from '../failure.ts'
import { systemReason } from '../system-reason.ts'
import { configFolder } from '../pushing/user-folders.ts'

/** A signed-in account at one server. */
export type Session = Static<typeof Session>

const Session = Type.Object({
  server: Type.String(),
  userId: Type.Integer(),
  email: Type.String(),
  /** Value of the session's cookie, or a token for programs: whoever has it is signed in. */
  token: Type.String({ pattern: '^[!-:<-~]+$' }),
})

/** One file per server, so that signing in at one never touches another. */
function fileFor(server: string): string {
  return join(configFolder(), 'sessions', `${encodeURIComponent(server)}.json`)
}

/** What `login` has kept for a server. */
export function findKeptSession(server: string): Session | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(fileFor(server), 'utf8'))
    return Check(Session, value) && value.server === server ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * Keeps a session for this user alone: the file has mode 600 from its first byte on.
 *
 * @throws Failure when it can't be written; a session from before is still there then
 */
export function saveSession(session: Session): void {
  const file = fileFor(session.server)
  const fresh = `${file}.${process.pid}`
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    rmSync(fresh, { force: true })
    writeFileSync(fresh, `${JSON.stringify(session, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    renameSync(fresh, file)
  } catch (error) {
    const reason = systemReason(error)
    if (reason === undefined) throw error
    forget(fresh)
    throw new Failure(
      'failed',
      `The session can't be kept in ${dirname(file)}: ${reason}. Make room there, or name another folder with XDG_CONFIG_HOME.`,
    )
  }
}

function forget(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {
    // Where its folder isn't one, there is no such file.
  }
}

export function forgetSession(server: string): void {
  rmSync(fileFor(server), { force: true })
}
