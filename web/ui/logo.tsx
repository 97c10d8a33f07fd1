/** The planet that stands for this service, as on the server's pages. */
export function LogoMark({ className = 'size-7' }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={`mark ${className}`} aria-hidden="true">
      <circle className="planet" cx="16" cy="16" r="9.5" />
      <path
        className="ring"
        d="M7.8 20.8C3.7 24 1.3 26.7 2.2 28c1.3 1.9 8.6-1.6 16.4-7.7S31.6 7.7 30.2 5.8c-.9-1.3-4.3-.4-8.9 2"
      />
    </svg>
  )
}
