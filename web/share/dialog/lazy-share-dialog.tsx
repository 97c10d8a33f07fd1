import { type ComponentProps, lazy, Suspense } from 'react'
import { fetchPart } from '../../client/fetch-part.ts'
import type { ShareDialog } from './share-dialog.tsx'

const fetchDialog = () => import('./share-dialog.tsx')
const Fetched = lazy(async () => ({ default: (await fetchPart(fetchDialog())).ShareDialog }))

/** Fetches the dialog's code ahead of the click that opens it. */
export function prepareShareDialog(): void {
  fetchDialog().catch(() => undefined)
}

/** The share dialog, fetched when it is first opened. */
export function LazyShareDialog(props: ComponentProps<typeof ShareDialog>) {
  return (
    <Suspense fallback={null}>
      <Fetched {...props} />
    </Suspense>
  )
}
