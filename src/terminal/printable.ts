// What others wrote reaches a terminal through here: escape sequences could rename its window, read its clipboard,
// hide lines or pose as our own words.

/** C0 except tab and line feed, DEL, and C1, which some terminals obey as they do ESC. */
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f-\x9f]/g
/** Characters that turn the direction of what follows, so that it reads as something else. */
const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/g

/** Text of several lines as a terminal may show it: controls become visible signs, what turns directions goes. */
export function printable(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(CONTROLS, visibleSign).replace(DIRECTIONS, '')
}

/** The same on a single line. */
export function printableLine(text: string): string {
  return printable(text.replace(/\s+/g, ' ').trim())
}

/** JSON that reads back the same, with everything escaped that a terminal might obey. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replace(/[\x7f-\x9f]/g, escaped)
    .replace(DIRECTIONS, escaped)
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** The picture of a control character that Unicode has for it: ␛. */
function visibleSign(control: string): string {
  const code = control.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? '\u2421' : '\ufffd'
}
