import type { MarkdownIt, Token } from 'markdown-it'

/**
 * Tables scroll inside a box of their own, which the keyboard can reach. The box is a group and not a region:
 * a chat may hold dozens, and each region would be one more landmark of the page.
 */
export function renderTables(markdown: MarkdownIt): void {
  const rules = markdown.renderer.rules
  rules['table_open'] = () =>
    '<div class="table-scroll" tabindex="0" role="group" aria-label="Table"><table>\n'
  rules['table_close'] = () => '</table></div>\n'
  rules['th_open'] = (tokens, index) => {
    const align = alignment(tokens[index])
    return isEmptyCell(tokens[index + 1]) ? `<td${align}>` : `<th scope="col"${align}>`
  }
  rules['th_close'] = (tokens, index) => (isEmptyCell(tokens[index - 1]) ? '</td>\n' : '</th>\n')
  rules['td_open'] = (tokens, index) => `<td${alignment(tokens[index])}>`
}

/** A corner without a name is no header: screen readers would announce an empty one with every cell. */
function isEmptyCell(inline: Token | undefined): boolean {
  return inline?.type === 'inline' && inline.content === ''
}

/** markdown-it says the alignment by an inline style, which the page's policy forbids. */
function alignment(cell: Token | undefined): string {
  const style = String(cell?.attrGet('style') ?? '')
  if (style.includes('right')) return ' class="align-right"'
  if (style.includes('center')) return ' class="align-center"'
  return ''
}
