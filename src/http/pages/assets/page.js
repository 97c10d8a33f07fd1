// Follows theme.js and message.js in the same file. Everything but copying works without it.
async function fetchMarkdown() {
  const answer = await fetch(location.pathname, { headers: { accept: 'text/markdown' } })
  if (!answer.ok) throw new Error(answer.statusText)
  return answer.text()
}

document.documentElement.classList.add('scripted')

addEventListener('click', ({ target }) => {
  const part = target.closest('button, a')
  if (!part) return
  const { action } = part.dataset
  if (action === 'link') void copy(location.origin + location.pathname, 'Link copied')
  if (action === 'markdown') void copy(fetchMarkdown(), 'Chat copied as Markdown')
  if (action === 'show') {
    const input = part.parentNode.querySelector('input')
    const isShown = input.type === 'password'
    input.type = isShown ? 'text' : 'password'
    part.ariaPressed = isShown
  }
  if (part.matches('.contents a')) part.closest('.contents').hidePopover?.()
})

// Marks the question that is being read, which is the last one above what stands in the upper part of the screen.
addEventListener('DOMContentLoaded', () => {
  if (!document.querySelector('.contents')) return
  let here
  const watch = new IntersectionObserver(
    (seen) => {
      const read = seen.find(({ isIntersecting }) => isIntersecting)
      if (!read) return
      let number = read.target.id.slice(8)
      let entry
      while (number > 0 && !entry) entry = document.querySelector(`.contents a[href='#message-${number--}']`)
      if (entry === here) return
      here?.removeAttribute('aria-current')
      entry?.setAttribute('aria-current', 'true')
      entry?.scrollIntoView({ block: 'nearest' })
      here = entry
    },
    { rootMargin: '-35% 0px -64%' },
  )
  for (const message of document.querySelectorAll('.message')) watch.observe(message)
})
