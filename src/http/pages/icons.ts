import { Html } from './html.ts'

/** A drawing of 24 × 24 in strokes of the text's colour; it says nothing to screen readers. */
function icon(shapes: string): Html {
  return new Html(
    '<svg class="icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" ' +
      `stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${shapes}</svg>`,
  )
}

export const linkIcon = icon(
  '<path d="M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7L12 6.3"/>' +
    '<path d="M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1.1-1.1"/>',
)
export const copyIcon = icon(
  '<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M5 15V6a2 2 0 0 1 2-2h8"/>',
)
export const saveIcon = icon('<path d="M12 4v11m0 0 4-4m-4 4-4-4M5 19.5h14"/>')
export const listIcon = icon('<path d="M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01"/>')
export const sunIcon = icon(
  '<circle cx="12" cy="12" r="4"/><path d="M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1' +
    'M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1"/>',
)
export const moonIcon = icon('<path d="M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5Z"/>')
export const lockIcon = icon(
  '<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
)
export const globeIcon = icon(
  '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c2.6 2.7 3.6 5.5 3.6 8.5s-1 5.8-3.6 8.5c-2.6-2.7-3.6-5.5-3.6-8.5s1-5.8 3.6-8.5Z"/>',
)
export const keyIcon = icon('<circle cx="8" cy="15" r="4"/><path d="m11 12 8.5-8.5M16 7l3 3M13.5 9.5l2 2"/>')
export const peopleIcon = icon(
  '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.6-3.7 3.2-5.5 6.5-5.5s5.9 1.8 6.5 5.5M16 4.8a3.5 3.5 0 0 1 0 6.4M18 14.9c2 .8 3.2 2.5 3.6 5.1"/>',
)
export const personIcon = icon('<circle cx="12" cy="8" r="3.5"/><path d="M5 20a7 7 0 0 1 14 0"/>')
export const mailIcon = icon('<rect x="3" y="5.5" width="18" height="13" rx="2"/><path d="m4 7 8 6 8-6"/>')
export const checkIcon = icon('<circle cx="12" cy="12" r="8.5"/><path d="m8.5 12.2 2.4 2.4 4.8-5"/>')
export const pauseIcon = icon('<circle cx="12" cy="12" r="8.5"/><path d="M10 9v6M14 9v6"/>')
export const missingIcon = icon(
  '<circle cx="11" cy="11" r="6.5"/><path d="m20 20-4.3-4.3M9 9l4 4M13 9l-4 4"/>',
)
export const eyeIcon = icon(
  '<path d="M3 12c2-4 5.2-6 9-6s7 2 9 6c-2 4-5.2 6-9 6s-7-2-9-6Z"/><circle cx="12" cy="12" r="2.75"/>',
)
export const personOffIcon = icon(
  '<circle cx="10" cy="8" r="3.5"/><path d="M3 20a7 7 0 0 1 12.5-4.3M16 12l5 5M21 12l-5 5"/>',
)
export const alertIcon = icon('<path d="M12 4 2.8 20h18.4L12 4ZM12 10v4.5M12 17.3h.01"/>')

/** The planet that stands for this service. */
export const mark = new Html(
  '<svg class="mark" viewBox="0 0 32 32" width="26" height="26" aria-hidden="true"><circle class="planet" cx="16" cy="16" r="9.5"/>' +
    '<path class="ring" d="M7.8 20.8C3.7 24 1.3 26.7 2.2 28c1.3 1.9 8.6-1.6 16.4-7.7S31.6 7.7 30.2 5.8c-.9-1.3-4.3-.4-8.9 2"/></svg>',
)
