import type { MarkdownIt } from 'markdown-it'
import { messageElementId } from './message-ids.ts'
import { forToken } from './renderer-rule.ts'

const taskMark = /^\[([ xX])\][ \t\u00a0]+(?=\S)/

/** List items that begin with `[ ]` or `[x]` get a checkbox that can't be changed (GitHub's task lists). */
export function renderTaskLists(markdown: MarkdownIt): void {
  markdown.core.ruler.after('inline', 'task_lists', (state) => {
    let tasks = 0
    for (const [index, inline] of state.tokens.entries()) {
      const item = state.tokens[index - 2]
      if (inline.type !== 'inline' || item?.type !== 'list_item_open' || !inline.children) continue
      const [text] = inline.children
      const mark = taskMark.exec(inline.content)
      if (!mark || text?.type !== 'text' || !text.content.startsWith(mark[0].trimEnd())) continue

      tasks += 1
      text.content = text.content.slice(mark[0].length)
      item.attrJoin('class', 'task')
      const open = new state.Token('task_label_open', 'label', 1)
      open.meta = { task: tasks, checked: mark[1] !== ' ' }
      inline.children = [open, ...inline.children, new state.Token('task_label_close', 'label', -1)]
    }
  })

  markdown.renderer.rules['task_label_open'] = forToken((token, env) => {
    const id = messageElementId(env, `task-${Number(token.meta?.['task'])}`)
    const checked = token.meta?.['checked'] === true ? ' checked' : ''
    return `<input type="checkbox" id="${id}" disabled${checked}><label for="${id}">`
  })
}
