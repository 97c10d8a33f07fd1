/**
 * Whether the asker wants Markdown rather than what else there is: they name `text/markdown`, and don't prefer the
 * other type.
 *
 * @param accept the header's value
 */
export function prefersMarkdown(
  accept: string | undefined,
  other: 'application/json' | 'text/html' = 'application/json',
): boolean {
  if (accept === undefined || !/text\/markdown/i.test(accept)) return false
  const ranges = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const quality = parameters.find((parameter) => parameter.startsWith('q='))
    return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 }
  })
  const qualityOf = (type: string): number => ranges.find((range) => range.type === type)?.quality ?? 0
  const markdown = qualityOf('text/markdown')
  return markdown > 0 && markdown >= qualityOf(other)
}

/** Whether `If-None-Match` names this ETag; weak comparison, as RFC 9110 section 13.1.2 has it. */
export function namesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch.trim() === '*') return true
  return ifNoneMatch.split(',').some((name) => name.trim().replace(/^W\//, '') === etag)
}

/** Whether answers may be gzipped. @param acceptEncoding the header's value */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  return (
    acceptEncoding !== undefined &&
    /(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)/i.test(acceptEncoding)
  )
}
