import { statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { printableLine } from '../../terminal/printable.ts'
import type { Source } from './sources.ts'

/** Nobody writes a longer text by hand. */
const LONGEST_TEXT = 4 * 1024 * 1024
const picture = /!\[[^\]\n]{0,500}\]\(<?([^()<>:\n]{1,300}\.(?:png|jpe?g|webp|gif|avif))>?\)/gi

/**
 * Tells of pictures that lie beside a text which shows them and don't go along: nothing is sent that nobody named on the
 * command line, as a text may be somebody else's.
 *
 * @param sent the files that go along
 * @returns a sentence; undefined where nothing is missing
 */
export async function unsentPictures(
  { name, file, size, open }: Source,
  sent: readonly string[],
): Promise<string | undefined> {
  if (file === undefined || !/\.(?:md|markdown|txt)$/i.test(file)) return undefined
  if (size === undefined || size > LONGEST_TEXT) return undefined
  const text = (await buffer(open())).toString()
  const names = new Set(sent.map((one) => basename(one)))
  const unsent = new Set<string>()
  for (const [, path = ''] of text.matchAll(picture)) {
    const place = placeOf(file, path)
    if (place !== undefined && !names.has(basename(place))) unsent.add(basename(place))
  }
  const [first, ...others] = unsent
  if (first === undefined) return undefined
  const more = others.length === 0 ? '' : ` and ${others.length} more`
  const [which, them] = others.length === 0 ? ["which isn't", 'it'] : ["which aren't", 'them']
  return `${printableLine(`${name} shows ${first}`)}${more}, ${which} sent. Send ${them} along with --file.`
}

/** Where a picture lies on this machine; undefined where it doesn't. */
function placeOf(file: string, path: string): string | undefined {
  try {
    const place = resolve(dirname(file), decodeURIComponent(path))
    return statSync(place).isFile() ? place : undefined
  } catch {
    return undefined
  }
}
