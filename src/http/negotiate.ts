/**
 * Whether the asker wants Markdown rather than JSON: they name `text/markdown`, and nothing that JSON would serve
 * as well is preferred over it.
 *
 * @param accept the header's value
 */
export function prefersMarkdown(accept: string | undefined): boolean {
  if (accept === undefined || !/text\/markdown/i.test(accept)) return false
  const ranges = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const quality = parameters.find((parameter) => parameter.startsWith('q='))
    return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 }
  })
  const qualityOf = (type: string): number => ranges.find((range) => range.type === type)?.quality ?? 0
  const markdown = qualityOf('text/markdown')
  return markdown > 0 && markdown >= qualityOf('application/json')
}

/** Whether `If-None-Match` names this ETag; weak comparison, as RFC 9110 section 13.1.2 has it. */
export function namesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch.trim() === '*') return true
  return ifNoneMatch.split(',').some((name) => name.trim().replace(/^W\//, '') === etag)
}
