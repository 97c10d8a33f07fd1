import type { MarkdownIt } from 'markdown-it'

/**
 * `<br>` breaks the line: the one tag that models write all the time, because cells of a table know no other
 * way. It becomes a break of our own; nothing of the tag reaches the page.
 */
export function renderLineBreakTags(markdown: MarkdownIt): void {
  const tag = /<br ?\/?>/iy
  markdown.inline.ruler.before('autolink', 'line_break_tag', (state, silent) => {
    if (state.src[state.pos] !== '<') return false
    tag.lastIndex = state.pos
    const match = tag.exec(state.src)
    if (!match || state.pos + match[0].length > state.posMax) return false
    if (!silent) state.push('hardbreak', 'br', 0)
    state.pos += match[0].length
    return true
  })
}
