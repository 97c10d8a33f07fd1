import { Link } from '@tanstack/react-router'
import { isServerReachable } from '../client/api.ts'
import { buttonClass } from '../ui/button.tsx'
import { PageTitle } from '../ui/page-title.tsx'
import { LoadProblem } from '../ui/problem.tsx'
import { Loading } from '../ui/spinner.tsx'

export function NotFoundScreen() {
  return (
    <div className="flex flex-col items-start gap-4">
      <PageTitle>There is no such page</PageTitle>
      <p className="text-muted">The address may be mistyped, or what was here was deleted.</p>
      <Link to="/" className={buttonClass('primary')}>
        Go to my chats
      </Link>
    </div>
  )
}

export function LoadingScreen() {
  return <Loading what="the page" />
}

/** A part that couldn't be fetched, most often because a new version of the app is out. */
export function CrashScreen({ error }: { readonly error: unknown }) {
  return (
    <LoadProblem
      what="This page"
      error={error instanceof Error ? error : new Error('')}
      retry={() => void reloadWhenReachable()}
    />
  )
}

/** Or the browser's own error page would take the app's place. */
async function reloadWhenReachable(): Promise<void> {
  if (await isServerReachable()) window.location.reload()
}
