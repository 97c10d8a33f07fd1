import { useState } from 'react'
import { Button } from '../ui/button.tsx'

const LONG_CHARACTERS = 2400
const LONG_LINES = 30

/** Text as it was written; a long one is folded, and all of it is a button away. */
export function FoldedText({ text }: { readonly text: string }) {
  const [isOpen, setOpen] = useState(false)
  const isLong = text.length > LONG_CHARACTERS || countLines(text, LONG_LINES + 1) > LONG_LINES
  return (
    <>
      <div
        dir="auto"
        className={`leading-relaxed whitespace-pre-wrap [overflow-wrap:anywhere] [tab-size:2] ${isLong && !isOpen ? 'max-h-72 overflow-hidden [mask-image:linear-gradient(#000_70%,transparent)]' : ''}`}
      >
        {/* What is folded away is not built: a message may have a million characters. */}
        {isLong && !isOpen ? text.slice(0, LONG_CHARACTERS * 2) : text}
      </div>
      {isLong && (
        <Button
          size="small"
          look="quiet"
          className="mt-1 -ml-3 text-accent!"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? 'Show less' : `Show all (${text.length.toLocaleString('en')} characters)`}
        </Button>
      )}
    </>
  )
}

function countLines(text: string, atMost: number): number {
  let lines = 1
  for (let at = text.indexOf('\n'); at !== -1 && lines < atMost; at = text.indexOf('\n', at + 1)) lines++
  return lines
}
