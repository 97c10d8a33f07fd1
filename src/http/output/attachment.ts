/** What Windows keeps for devices, with or without an ending. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i
const LONGEST_NAME = 80

/**
 * `Content-Disposition` of a download called after a chat (RFC 6266): in ASCII, and as RFC 8187 has it for browsers
 * that read more. No path, no control character, and nothing that turns the text around is left of the name.
 *
 * @param extension with its dot
 */
export function attachment(name: string, extension: string): string {
  const safe = fileName(name)
  // Taking characters apart may bring new slashes and dots.
  const ascii = fileName(safe.normalize('NFKD').replace(/[^\x20-\x7e]+/g, '')).replace(/[%;]+/g, '')
  const plain = `${ascii.length < 3 ? 'chat' : ascii}${extension}`
  const encoded = `${safe}${extension}`
  const extended = encoded === plain ? '' : `; filename*=UTF-8''${percentEncoded(encoded)}`
  return `attachment; filename="${plain}"${extended}`
}

/** A name that no system and no reader takes for anything but a name. */
export function fileName(name: string): string {
  const cut = name
    .toWellFormed()
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[/\\:*?"<>|]+/g, '-')
    .slice(0, LONGEST_NAME)
    .replace(/[\uD800-\uDBFF]$/, '')
  const trimmed = cut.replace(/\s+/g, ' ').replace(/^[\s.~-]+|[\s.]+$/g, '')
  return trimmed === '' || RESERVED.test(trimmed.split('.')[0] ?? '') ? 'chat' : trimmed
}

/** All but the characters that RFC 8187 lets stand. */
function percentEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
