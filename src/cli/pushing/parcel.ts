import type { LeftOut } from '../../importing/imported-chat.ts'
import { isContentKey } from '../../importing/source-key.ts'
import type { OwnerApi } from '../server/api.ts'
import { chooseNamed, chooseOnly } from './choose-chats.ts'
import { Failure } from '../failure.ts'
import { type Contents, type FoundChat, isChat } from '../server/find-chats.ts'
import type { PushedFile, PushedFiles } from './pushed-files.ts'
import { rereadable, type Source } from './sources.ts'

/** A file to send, and what to take of it. */
export type Parcel = {
  readonly source: Source
  /** Undefined for whatever is in it, which then nobody has looked at. */
  readonly chosen: readonly FoundChat[] | undefined
  /** What in the file was no conversation. */
  readonly leftOut: LeftOut
  /** The file, where its place is all that tells its conversation from others. */
  readonly place: string | undefined
  /** What that became before, if it is still there. */
  readonly before: PushedFile | undefined
}

/** All that is in files. */
export async function packAll(sources: readonly Source[]): Promise<Parcel[]> {
  const parcels: Parcel[] = []
  for (const given of sources) {
    // It is sent again where secrets are to be taken out of it.
    const source = await rereadable(given)
    parcels.push({ source, chosen: undefined, leftOut: {}, place: undefined, before: undefined })
  }
  return parcels
}

/**
 * @param names numbers or names of conversations; undefined for the only one of each file
 * @throws Failure where the choice isn't one
 */
export async function packChosen(
  api: OwnerApi,
  memory: PushedFiles,
  files: readonly Contents[],
  names: readonly string[] | undefined,
): Promise<Parcel[]> {
  const choices = names === undefined ? chooseOnly(files) : chooseNamed(files, names)
  const parcels: Parcel[] = []
  for (const { contents, chats } of choices) {
    const place = placeOf(contents)
    const known = place === undefined ? undefined : memory.find(place)
    const before = known === undefined || !(await isThere(api, known)) ? undefined : known
    parcels.push({ source: contents.source, chosen: chats, leftOut: contents.leftOut, place, before })
  }
  return parcels
}

function placeOf({ source, found }: Contents): string | undefined {
  const [only, ...others] = found.filter(isChat)
  const isToldByPlace = only !== undefined && others.length === 0 && isContentKey(only.sourceKey)
  return isToldByPlace ? source.file : undefined
}

async function isThere(api: OwnerApi, { chatId, createdAt }: PushedFile): Promise<boolean> {
  try {
    return (await api.chat(chatId)).created_at === createdAt
  } catch (error) {
    if (error instanceof Failure && error.code === 'not-found') return false
    throw error
  }
}
