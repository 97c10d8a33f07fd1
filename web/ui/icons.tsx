import type { ReactNode } from 'react'

// Strokes on a 24-unit square, drawn for this app. They decorate: the words beside them say what is meant.

function icon(content: ReactNode) {
  return function Icon({ className = 'size-5' }: { readonly className?: string }) {
    return (
      <svg
        viewBox="0 0 24 24"
        className={`${className} shrink-0`}
        fill="none"
        stroke="currentColor"
        strokeWidth={1.8}
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        {content}
      </svg>
    )
  }
}

export const PlusIcon = icon(<path d="M12 5v14M5 12h14" />)
export const CloseIcon = icon(<path d="M6 6l12 12M18 6 6 18" />)
export const CheckIcon = icon(<path d="m5 12.5 4.5 4.5L19 7.5" />)
export const MoreIcon = icon(
  <>
    <circle cx="5" cy="12" r="1" fill="currentColor" />
    <circle cx="12" cy="12" r="1" fill="currentColor" />
    <circle cx="19" cy="12" r="1" fill="currentColor" />
  </>,
)
export const ChevronIcon = icon(<path d="m7 10 5 5 5-5" />)
export const BackIcon = icon(<path d="M19 12H5m6-6-6 6 6 6" />)
export const SearchIcon = icon(
  <>
    <circle cx="11" cy="11" r="6.5" />
    <path d="m16 16 4.5 4.5" />
  </>,
)
export const ShareIcon = icon(
  <>
    <path d="M12 15V4m0 0L8 8m4-4 4 4" />
    <path d="M6 12v6a2 2 0 0 0 2 2h8a2 2 0 0 0 2-2v-6" />
  </>,
)
export const LinkIcon = icon(
  <>
    <path d="M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7L12 6.3" />
    <path d="M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1.1-1.1" />
  </>,
)
export const CopyIcon = icon(
  <>
    <rect x="9" y="9" width="11" height="11" rx="2.5" />
    <path d="M15 9V6.5A2.5 2.5 0 0 0 12.5 4h-6A2.5 2.5 0 0 0 4 6.500v6A2.5 2.5 0 0 0 6.5 15H9" />
  </>,
)
export const OpenIcon = icon(
  <path d="M14 4.500h5.500V10M19 5l-8.500 8.500M10 5.500H6.500a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V14" />,
)
export const DownloadIcon = icon(<path d="M12 4v11m0 0 4-4m-4 4-4-4M5 19.500h14" />)
export const LockIcon = icon(
  <>
    <rect x="5" y="11" width="14" height="9" rx="2.5" />
    <path d="M8 11V8a4 4 0 0 1 8 0v3" />
  </>,
)
export const GlobeIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M3.5 12h17M12 3.500c2.6 2.7 3.6 5.5 3.6 8.500s-1 5.8-3.6 8.500c-2.6-2.7-3.6-5.5-3.6-8.500s1-5.8 3.6-8.500Z" />
  </>,
)
export const PeopleIcon = icon(
  <>
    <circle cx="9" cy="8" r="3.5" />
    <path d="M2.5 20c.6-3.7 3.2-5.5 6.5-5.500s5.9 1.8 6.5 5.5" />
    <path d="M16 4.800a3.5 3.5 0 0 1 0 6.400M18 14.900c2 .8 3.2 2.5 3.6 5.1" />
  </>,
)
export const KeyIcon = icon(
  <>
    <circle cx="8" cy="15" r="4" />
    <path d="m11 12 8.5-8.500M16 7l3 3M13.5 9.500l2 2" />
  </>,
)
export const EyeIcon = icon(
  <>
    <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z" />
    <circle cx="12" cy="12" r="3" />
  </>,
)
export const ClockIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 7v5.500l3.5 2" />
  </>,
)
export const PencilIcon = icon(
  <path d="m4 20 .9-4L16.5 4.400a2 2 0 0 1 2.8 0l.3.3a2 2 0 0 1 0 2.800L8 19.1 4 20Zm10.5-13.5 3 3" />,
)
export const TrashIcon = icon(
  <path d="M4.5 7h15M9.5 7V5a1.5 1.5 0 0 1 1.5-1.500h2A1.5 1.5 0 0 1 14.5 5v2m-8 0 .8 11.200A2 2 0 0 0 9.3 20h5.400a2 2 0 0 0 2-1.800L17.5 7" />,
)
export const PauseIcon = icon(<path d="M9 5.500v13M15 5.500v13" />)
export const PlayIcon = icon(<path d="M8 5.500v13l10.5-6.500L8 5.500Z" />)
export const RotateIcon = icon(
  <>
    <path d="M19.5 12a7.5 7.5 0 1 1-2.3-5.4" />
    <path d="M19.8 3.500v4h-4" />
  </>,
)
export const QrIcon = icon(
  <>
    <rect x="4" y="4" width="6" height="6" rx="1" />
    <rect x="14" y="4" width="6" height="6" rx="1" />
    <rect x="4" y="14" width="6" height="6" rx="1" />
    <path d="M14 14h2.500v2.500M20 14v0M14 20h2M20 17.500V20" />
  </>,
)
export const DiceIcon = icon(
  <>
    <rect x="4.5" y="4.5" width="15" height="15" rx="3.5" />
    <circle cx="9" cy="9" r=".8" fill="currentColor" />
    <circle cx="15" cy="15" r=".8" fill="currentColor" />
    <circle cx="12" cy="12" r=".8" fill="currentColor" />
  </>,
)
export const SunIcon = icon(
  <>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 3v1.500M12 19.500V21M3 12h1.500M19.500 12H21M5.600 5.600l1.100 1.100M17.300 17.300l1.100 1.100M5.600 18.400l1.100-1.100M17.300 6.700l1.100-1.100" />
  </>,
)
export const MoonIcon = icon(<path d="M20 14.500A8.500 8.500 0 1 1 9.500 4a7 7 0 0 0 10.500 10.500Z" />)
export const ChatIcon = icon(
  <path d="M4 11.500C4 7.4 7.6 4.5 12 4.500s8 2.9 8 7-3.6 7-8 7c-1 0-2-.2-2.9-.5L5 19.500l1-3.200A6.6 6.6 0 0 1 4 11.500Z" />,
)
export const PersonIcon = icon(
  <>
    <circle cx="12" cy="8" r="4" />
    <path d="M4.5 20.500c.8-4.2 3.7-6 7.5-6s6.7 1.8 7.5 6" />
  </>,
)
export const SparkIcon = icon(
  <path d="M12 3.500c.8 5 3.5 7.7 8.5 8.5-5 .8-7.7 3.5-8.5 8.5-.8-5-3.5-7.7-8.5-8.5 5-.8 7.7-3.5 8.5-8.500Z" />,
)
export const FileIcon = icon(
  <path d="M6.5 3.500h7l4.5 4.500v10.500a2 2 0 0 1-2 2H6.500a2 2 0 0 1-2-2v-13a2 2 0 0 1 2-2Zm7 0V8H18" />,
)
