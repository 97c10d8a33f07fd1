/** A style or script without what people read and browsers don't: comments on lines of their own, and indentation. */
export function withoutComments(source: string): string {
  return source
    .replace(/^\s*\/\*[^]*?\*\/$/gm, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/^\s+/gm, '')
}
