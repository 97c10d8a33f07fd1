import { setPriority } from 'node:os'
import sharp from 'sharp'
import { encodePicture, type EncodedPicture, type PictureProblem } from './encode-picture.ts'
import { pictureKindOf } from './picture-kind.ts'

/** What the process is sent, one at a time. */
export interface PictureRequest {
  readonly bytes: Uint8Array
}

export type PictureReply = EncodedPicture | { readonly problem: PictureProblem }

// One picture at a time, on one core, and nothing kept of it: that is what bounds the memory.
sharp.concurrency(1)
sharp.cache(false)
// Readers of pages go first.
setPriority(10)

process.on('disconnect', () => process.exit())
process.on('message', ({ bytes }: PictureRequest) => void answer(bytes))

async function answer(bytes: Uint8Array): Promise<void> {
  const kind = pictureKindOf(bytes)
  const made = kind === undefined ? 'unreadable' : await encodePicture(bytes, kind)
  const reply: PictureReply = typeof made === 'string' ? { problem: made } : made
  process.send?.(reply)
}
