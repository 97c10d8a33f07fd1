import { type ComponentProps, lazy, Suspense } from 'react'
import { fetchPart } from '../client/fetch-part.ts'
import type { PartDialog } from './part-dialog.tsx'

const Fetched = lazy(async () => ({ default: (await fetchPart(import('./part-dialog.tsx'))).PartDialog }))

/** The dialog about a part of a chat, fetched when it is first opened. */
export function LazyPartDialog(props: ComponentProps<typeof PartDialog>) {
  return (
    <Suspense fallback={null}>
      <Fetched {...props} />
    </Suspense>
  )
}
