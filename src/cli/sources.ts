import { createReadStream, realpathSync, type Stats, statSync } from 'node:fs'
import { basename } from 'node:path'
import { importChats } from '../importing/import-chats.ts'
import { ImportError } from '../importing/imported-chat.ts'
import { Failure } from './failure.ts'
import { type Agent, sessionFiles } from './latest-session.ts'
import type { Source } from './pick-chats.ts'
import type { PushOptions } from './push-options.ts'

/** How many of the newest sessions may be empty before the search is given up. */
const SESSIONS_TO_TRY = 20

/** A file to push from, or standard input for `-`. */
export function sourceOf(file: string, values: PushOptions): Source {
  const includeTools = values.tools === true
  if (file === '-') {
    return {
      name: 'standard input',
      file: undefined,
      events: () => importChats(process.stdin, { includeTools }),
    }
  }
  const stats = statsOf(file, values)
  // A pipe such as <(…) has no place, no size, and no name to call a chat by.
  const isFile = stats.isFile()
  return {
    name: basename(file),
    file: isFile ? realpathSync(file) : undefined,
    ...(isFile ? { size: stats.size } : {}),
    events: () => importChats(createReadStream(file), { includeTools, fileName: isFile ? file : undefined }),
  }
}

function statsOf(file: string, values: PushOptions): Stats {
  const hint = values.password === true ? ' (--password takes no value; it asks)' : ''
  try {
    const stats = statSync(file)
    if (!stats.isDirectory()) return stats
  } catch (error) {
    throw new Failure(
      'failed',
      `${file} can't be read: ${error instanceof Error ? error.message : ''}${hint}`,
    )
  }
  throw new Failure('failed', `${file} is a folder; name the file in it.`)
}

/** The newest session with something in it: an agent that has only been started writes a file as well. */
export async function latestSource(agent: Agent, values: PushOptions): Promise<Source> {
  for (const file of sessionFiles(agent).slice(0, SESSIONS_TO_TRY)) {
    const source = sourceOf(file, values)
    try {
      for await (const event of source.events()) {
        if (event.kind !== 'chat') continue
        return source
      }
    } catch (error) {
      if (!(error instanceof ImportError)) throw error
    }
  }
  throw new Failure('not-found', `The newest sessions of ${agent} hold no conversation.`)
}
