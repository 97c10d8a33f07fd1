import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { zipSync } from 'fflate'
import { MAX_FILE_BYTES } from '../../chats/limits.ts'
import { mayBeChat } from '../../importing/files-in-archive.ts'
import type { LeftOut } from '../../importing/imported-chat.ts'
import { Failure } from '../failure.ts'
import { systemReason } from '../system-reason.ts'
import type { Source } from './sources.ts'

/**
 * A file to push together with files that it names: an archive of both, as our own export is one. The files come first, so
 * that whoever reads it knows them by then.
 */
export async function withFiles(source: Source, files: readonly string[]): Promise<Source> {
  if (files.length === 0) return source
  const entries: Record<string, Uint8Array> = {}
  for (const file of files) {
    const name = basename(file)
    const path = `files/${mayBeChat.test(name) ? `${name}.file` : name}`
    if (path in entries) throw new Failure('usage', `--file names two files called ${basename(file)}.`)
    entries[path] = readFile(file)
  }
  // Of text, an archive's readers look at Markdown alone.
  const name = /\.(?:json|jsonl|ndjson|md|markdown)$/i.test(source.name)
    ? basename(source.name)
    : `${basename(source.name).replace(/\.\w{1,5}$/, '')}.md`
  entries[name] = await buffer(source.open())
  const bytes = Buffer.from(zipSync(entries, { level: 0 }))
  return { ...source, size: bytes.length, open: () => Readable.from([bytes]) }
}

function readFile(file: string): Uint8Array {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    throw new Failure('failed', `${file} can't be read: ${systemReason(error) ?? 'it failed'}.`)
  }
  if (bytes.length > MAX_FILE_BYTES) throw new Failure('failed', `${file} has more than 20 MiB.`)
  return bytes
}

/** @param leftOut of the archive: a file that no message names is one of it that is no chat */
export function refuseUnnamed(leftOut: LeftOut, { name }: Source): void {
  if ((leftOut['other file in the archive'] ?? 0) === 0) return
  throw new Failure(
    'failed',
    `${name} doesn't name every --file. Where a picture belongs, write its name as Markdown does: ![a chart](chart.png).`,
  )
}
