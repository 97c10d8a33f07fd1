import sharp, { type Metadata, type Sharp } from 'sharp'
import type { PictureKind } from './picture-kind.ts'

/** Of all frames of a moving picture together; told by its header, before anything is decoded. */
const MOST_PIXELS = 50_000_000
const LARGEST_SIDE = 4096
/** What fits a phone's screen, and a column of text elsewhere. */
const SMALL_WIDTH = 960
/** Narrower ones are small enough as they are. */
const SMALL_FROM_WIDTH = 1200
const SECONDS = 15

/** A picture that was decoded and encoded anew: nothing of what it said of camera, place or software is left. */
export interface EncodedPicture {
  readonly mediaType: string
  readonly bytes: Uint8Array
  readonly width: number
  readonly height: number
  /** for small screens, as WebP */
  readonly small?: { readonly bytes: Uint8Array; readonly width: number }
}

export type PictureProblem = 'unreadable' | 'too-many-pixels'

/** @returns why not, where it can't be */
export async function encodePicture(
  bytes: Uint8Array,
  kind: PictureKind,
): Promise<EncodedPicture | PictureProblem> {
  const facts = await sharp(bytes, { failOn: 'none', limitInputPixels: false })
    .metadata()
    .catch(() => undefined)
  if (!facts?.width || !facts.height) return 'unreadable'
  const frames = facts.pages ?? 1
  const isMoving = frames > 1 && (kind === 'gif' || kind === 'webp')
  if (facts.width * (facts.pageHeight ?? facts.height) * (isMoving ? frames : 1) > MOST_PIXELS) {
    return 'too-many-pixels'
  }
  try {
    return await encode(bytes, kind, isMoving, facts)
  } catch {
    return 'unreadable'
  }
}

async function encode(
  bytes: Uint8Array,
  kind: PictureKind,
  isMoving: boolean,
  facts: Metadata,
): Promise<EncodedPicture> {
  const decoded = (animated: boolean): Sharp =>
    sharp(bytes, { animated, failOn: 'error', limitInputPixels: MOST_PIXELS, sequentialRead: true })
      .timeout({ seconds: SECONDS })
      // As the camera was held; which way that was is not kept.
      .autoOrient()
      .toColourspace('srgb')
  const whole = decoded(isMoving).resize({
    width: LARGEST_SIDE,
    height: LARGEST_SIDE,
    fit: 'inside',
    withoutEnlargement: true,
  })
  const { data, info } = await written(whole, kind, facts).toBuffer({ resolveWithObject: true })
  const { width } = info
  const height = info.pageHeight ?? info.height
  const encoded = { mediaType: `image/${kind}`, bytes: data, width, height }
  if (isMoving || width < SMALL_FROM_WIDTH) return encoded
  const small = await decoded(false)
    .resize({ width: SMALL_WIDTH })
    .webp({ quality: 80, effort: 2 })
    .toBuffer()
  return small.length < data.length ? { ...encoded, small: { bytes: small, width: SMALL_WIDTH } } : encoded
}

function written(picture: Sharp, kind: PictureKind, { isPalette }: Metadata): Sharp {
  switch (kind) {
    case 'png':
      return picture.png(isPalette ? { palette: true, effort: 4 } : { compressionLevel: 7 })
    case 'jpeg':
      return picture.jpeg({ quality: 88 })
    case 'webp':
      return picture.webp({ quality: 88, effort: 2 })
    case 'gif':
      return picture.gif({ effort: 3 })
    case 'avif':
      return picture.avif({ quality: 60, effort: 2 })
  }
}
