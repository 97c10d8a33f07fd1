import { useEffect, useRef } from 'react'

/** The screen's heading. It names the tab, and takes the focus when one comes to the screen from another. */
export function PageTitle({
  children,
  className = '',
}: {
  readonly children: string
  readonly className?: string
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${children} · Neptun Share`
  }, [children])
  useEffect(() => {
    // Not on the first screen, where reading begins at the top of the page.
    if (document.body.dataset['visited'] === 'yes') heading.current?.focus({ preventScroll: true })
    document.body.dataset['visited'] = 'yes'
  }, [])
  return (
    <h1
      ref={heading}
      tabIndex={-1}
      className={`text-2xl font-semibold tracking-tight outline-none [overflow-wrap:anywhere] sm:text-[1.75rem] ${className}`}
    >
      {children}
    </h1>
  )
}
