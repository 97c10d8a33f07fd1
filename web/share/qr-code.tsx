import { encodeQR } from 'qr'
import { useMemo } from 'react'
import { Button } from '../ui/button.tsx'
import { DownloadIcon } from '../ui/icons.tsx'
import { saveFile } from '../ui/save-file.ts'
import { sayProblem } from '../ui/toasts.tsx'

const QUIET_ZONE = 4
/** On paper, of a square: about 2 mm at a size that is printed. */
const PIXELS = 24

type Rows = readonly (readonly boolean[])[]

/** A link as a QR code, made here: no other server learns of it. Always dark on white, as readers expect. */
export function QrCode({ text }: { readonly text: string }) {
  const rows = useMemo(() => encodeQR(text, 'raw', { ecc: 'medium', border: QUIET_ZONE }), [text])
  const path = useMemo(
    () => rows.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join(''),
    [rows],
  )
  return (
    <div className="flex flex-col items-center gap-2.5">
      <svg
        viewBox={`0 0 ${rows.length} ${rows.length}`}
        className="w-52 rounded-xl border border-line bg-white forced-color-adjust-none"
        shapeRendering="crispEdges"
        role="img"
        aria-label="QR code of the link"
      >
        <path d={path} fill="#000000" />
      </svg>
      <Button size="small" onClick={() => void save(rows).catch(sayProblem)}>
        <DownloadIcon className="size-4" /> Save as picture
      </Button>
    </div>
  )
}

async function save(rows: Rows): Promise<void> {
  const canvas = new OffscreenCanvas(rows.length * PIXELS, rows.length * PIXELS)
  const context = canvas.getContext('2d')
  if (!context) throw new Error('This browser can’t draw the picture.')
  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.fillStyle = '#000000'
  for (const [y, row] of rows.entries()) {
    for (const [x, isDark] of row.entries()) {
      if (isDark) context.fillRect(x * PIXELS, y * PIXELS, PIXELS, PIXELS)
    }
  }
  saveFile('link.png', await canvas.convertToBlob({ type: 'image/png' }))
}
