// Runs in the head of the pages and of the owner's app, before anything is painted: one choice for both.
{
  const root = document.documentElement
  const key = 'neptun-theme'
  const dark = matchMedia('(prefers-color-scheme: dark)')

  const obey = () => {
    let theme
    try {
      theme = localStorage.getItem(key)
    } catch {}
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme
    else delete root.dataset.theme
  }

  const switchTheme = () => {
    const system = dark.matches ? 'dark' : 'light'
    const theme = (root.dataset.theme ?? system) === 'dark' ? 'light' : 'dark'
    root.dataset.theme = theme
    try {
      // Back at what the system says, pages follow the system again.
      if (theme === system) localStorage.removeItem(key)
      else localStorage.setItem(key, theme)
    } catch {}
  }

  obey()
  // Chosen in another tab, or on the page that one comes back from.
  addEventListener('storage', obey)
  addEventListener('pageshow', obey)
  addEventListener('click', ({ target }) => {
    if (target.closest('[data-action=theme]')) switchTheme()
  })
}
