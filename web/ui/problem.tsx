import { Button } from './button.tsx'

/** What went wrong, read out at once. */
export function Problem({ children }: { readonly children: string | undefined }) {
  if (children === undefined) return null
  return (
    <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
      {children}
    </p>
  )
}

/** In place of what couldn't be fetched, with the way on. */
export function LoadProblem({
  what,
  error,
  retry,
}: {
  readonly what: string
  readonly error: Error
  readonly retry: () => void
}) {
  return (
    <div role="alert" className="card mx-auto flex max-w-md flex-col items-center gap-4 p-8 text-center">
      <p>
        <strong className="block">{what} couldn’t be loaded.</strong> {error.message}
      </p>
      <Button onClick={retry}>Try again</Button>
    </div>
  )
}

/** A thrown value as a sentence for the person at the screen. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : 'Something went wrong. Try again.'
}
