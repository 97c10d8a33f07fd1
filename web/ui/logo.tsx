import { useId } from 'react'

export function LogoMark({ className = 'size-8' }: { readonly className?: string }) {
  const id = useId()
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
      <defs>
        <linearGradient id={id} x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stopColor="#5b8cff" />
          <stop offset="1" stopColor="#2743c9" />
        </linearGradient>
        <clipPath id={`${id}-front`}>
          <rect x="-4" y="16" width="40" height="12" transform="rotate(-22 16 16)" />
        </clipPath>
      </defs>
      <Ring />
      <circle cx="16" cy="16" r="9.5" fill={`url(#${id})`} />
      <g clipPath={`url(#${id}-front)`}>
        <Ring />
      </g>
    </svg>
  )
}

function Ring() {
  return (
    <ellipse
      cx="16"
      cy="16"
      rx="14.6"
      ry="4"
      transform="rotate(-22 16 16)"
      fill="none"
      stroke="#8fb2ff"
      strokeWidth="1.8"
    />
  )
}
