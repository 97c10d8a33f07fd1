/** The kinds of pictures that are shown. */
export type PictureKind = 'png' | 'jpeg' | 'webp' | 'gif' | 'avif'

/** Told by the first bytes, whatever a file is called; undefined for all else, SVG too. */
export function pictureKindOf(bytes: Uint8Array): PictureKind | undefined {
  const beginning = Buffer.from(bytes.subarray(0, 32)).toString('latin1')
  if (beginning.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (beginning.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (/^GIF8[79]a/.test(beginning)) return 'gif'
  if (/^RIFF[^]{4}WEBP/.test(beginning)) return 'webp'
  if (/^[^]{4}ftyp(?:avif|avis|mif1[^]{0,16}avif)/.test(beginning)) return 'avif'
  return undefined
}
