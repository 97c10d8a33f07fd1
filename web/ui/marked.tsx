import { placesOf } from '../../src/chats/search-words.ts'

const MOST = 20

/** A text with the words marked that were searched for. */
export function Marked({ text, query }: { readonly text: string; readonly query: string }) {
  const places = placesOf(text, query, MOST).toSorted((a, b) => a.start - b.start)
  const parts: (string | { readonly marked: string; readonly at: number })[] = []
  let end = 0
  for (const place of places) {
    if (place.start < end) continue
    parts.push(text.slice(end, place.start), { marked: text.slice(place.start, place.end), at: place.start })
    end = place.end
  }
  parts.push(text.slice(end))
  return (
    <>
      {parts.map((part) =>
        typeof part === 'string' ? (
          part
        ) : (
          <mark key={part.at} className="rounded-sm bg-accent-soft font-medium text-ink">
            {part.marked}
          </mark>
        ),
      )}
    </>
  )
}
