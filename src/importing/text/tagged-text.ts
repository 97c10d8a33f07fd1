/**
 * A text with every `<tag …>…</tag>` replaced by what `replace` makes of its attributes and inside. Tags that are
 * never closed stay. Takes time in proportion to the text, whatever it holds: a regular expression would search on
 * from each of a million unclosed tags.
 */
export function replaceTagged(
  text: string,
  tag: string,
  replace: (attributes: string, inside: string) => string,
): string {
  const open = `<${tag}`
  const close = `</${tag}>`
  let from = 0
  let result = ''
  for (;;) {
    const start = text.indexOf(open, from)
    const opened = start === -1 ? -1 : text.indexOf('>', start + open.length)
    if (opened === -1) return result + text.slice(from)
    const attributes = text.slice(start + open.length, opened)
    if (attributes !== '' && !/^\s/.test(attributes)) {
      result += text.slice(from, opened)
      from = opened
      continue
    }
    const end = text.indexOf(close, opened + 1)
    if (end === -1) return result + text.slice(from)
    result += text.slice(from, start) + replace(attributes, text.slice(opened + 1, end))
    from = end + close.length
  }
}

/** What stands in the first `<tag>…</tag>`, or undefined. */
export function insideTag(text: string, tag: string): string | undefined {
  const start = text.indexOf(`<${tag}>`)
  const end = start === -1 ? -1 : text.indexOf(`</${tag}>`, start)
  return end === -1 ? undefined : text.slice(start + tag.length + 2, end)
}
