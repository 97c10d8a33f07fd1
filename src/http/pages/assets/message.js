// For rendered messages, on the server's pages and in the owner's app: copies code, and says so.
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

// Only pages that came by https, or from this machine, may use the clipboard.
if (navigator.clipboard) document.documentElement.classList.add('copies')

addEventListener('click', ({ target }) => {
  const code = target.closest('.copy-code')?.closest('.code-block').querySelector('code')
  if (code) void copy(code.textContent, 'Code copied')
})
