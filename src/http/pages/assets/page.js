// Follows theme.js in the same file. Together at most 1 kB compressed; everything but copying works without it.
async function copy(text, done) {
  const said = document.querySelector('.said')
  try {
    // A promise goes in, because some browsers let nobody copy a while after the click.
    const blob = Promise.resolve(text).then((it) => new Blob([it], { type: 'text/plain' }))
    await navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })])
    said.textContent = done
  } catch {
    said.textContent = 'That could not be copied.'
  }
  setTimeout(() => (said.textContent = ''), 3000)
}

async function fetchMarkdown() {
  const answer = await fetch(location.pathname, { headers: { accept: 'text/markdown' } })
  if (!answer.ok) throw new Error(answer.statusText)
  return answer.text()
}

document.documentElement.classList.add('scripted')
// Only pages that came by https, or from this machine, may use the clipboard.
if (navigator.clipboard) document.documentElement.classList.add('copies')

addEventListener('click', ({ target }) => {
  const part = target.closest('button, a')
  if (!part) return
  const { action } = part.dataset
  if (action === 'link') void copy(location.origin + location.pathname, 'Link copied')
  if (action === 'markdown') void copy(fetchMarkdown(), 'Chat copied as Markdown')
  if (part.matches('.copy-code')) {
    void copy(part.closest('.code-block').querySelector('code').textContent, 'Code copied')
  }
  if (part.matches('.contents a')) part.closest('.contents').hidePopover?.()
})

addEventListener('DOMContentLoaded', () => {
  if (navigator.clipboard) for (const button of document.querySelectorAll('.copy-code')) button.hidden = false
})
