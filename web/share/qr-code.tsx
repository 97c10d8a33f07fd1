import { encodeQR } from 'qr'
import { useMemo } from 'react'

const QUIET_ZONE = 4

/** A link as a QR code, made here: no other server learns of it. Always dark on white, as readers expect. */
export function QrCode({ text }: { readonly text: string }) {
  const { size, path } = useMemo(() => drawn(text), [text])
  return (
    <svg
      viewBox={`0 0 ${size} ${size}`}
      className="w-full max-w-52 rounded-xl border border-line bg-white"
      shapeRendering="crispEdges"
      role="img"
      aria-label="QR code of the link"
    >
      <path d={path} fill="#000000" />
    </svg>
  )
}

function drawn(text: string): { size: number; path: string } {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: QUIET_ZONE })
  const squares = rows.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
  return { size: rows.length, path: squares.join('') }
}
