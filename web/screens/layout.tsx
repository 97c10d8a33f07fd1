import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { client } from '../client/api.ts'
import { sessionQuery } from '../client/queries.ts'
import type { SignedInUser } from '../../src/client/types.ts'
import { ConfirmEmailBanner } from '../session/confirm-email.tsx'
import { DropAnywhere } from '../importing/drop-anywhere.tsx'
import { startOver } from '../session/start-over.ts'
import { buttonClass } from '../ui/button.tsx'
import { PersonIcon, PlusIcon } from '../ui/icons.tsx'
import { LogoMark } from '../ui/logo.tsx'
import { ActionMenu } from '../ui/menu.tsx'
import { LoadProblem } from '../ui/problem.tsx'
import { Loading } from '../ui/spinner.tsx'
import { ThemeButton } from '../ui/theme-button.tsx'
import { sayProblem } from '../ui/toasts.tsx'
import { useSearchKeys } from '../ui/use-search-keys.ts'
import { Welcome } from './welcome.tsx'

/** The frame of all screens; who isn't signed in gets the welcome instead, at the same address. */
export function Layout() {
  const { pathname } = useLocation()
  const session = useQuery(sessionQuery)
  if (session.isPending) return <Loading what="Neptun Share" />
  if (session.isError) {
    return (
      <main className="px-4 py-16">
        <LoadProblem what="Neptun Share" error={session.error} retry={() => void session.refetch()} />
      </main>
    )
  }
  if (!session.data) return <Welcome />
  return (
    <>
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-lg focus:bg-raised focus:px-4 focus:py-2"
      >
        Skip to content
      </a>
      <Header me={session.data} />
      <main id="content" className="mx-auto w-full max-w-4xl px-4 pt-6 pb-24 sm:px-6 sm:pt-10">
        {pathname !== '/account' && <ConfirmEmailBanner />}
        <Outlet />
      </main>
      <DropAnywhere />
    </>
  )
}

const NAV_LINK =
  'inline-flex min-h-11 items-center rounded-lg px-2.5 text-[0.9375rem] font-medium text-muted hover:text-ink sm:px-3 aria-[current=page]:text-ink aria-[current=page]:bg-sunken'

function Header({ me }: { readonly me: SignedInUser }) {
  const navigate = useNavigate()
  useSearchKeys()
  const signingOut = useMutation({
    mutationFn: client.logOut,
    onSuccess: startOver,
    onError: sayProblem,
  })
  return (
    <header className="sticky top-0 z-20 border-b border-line bg-surface/90 backdrop-blur">
      <div className="mx-auto flex h-16 max-w-4xl items-center gap-1 px-3 sm:gap-2 sm:px-6">
        <Link to="/" aria-label="Neptun Share" className="mr-1 flex items-center gap-2.5 rounded-lg sm:mr-4">
          <LogoMark />
          <span className="hidden text-lg font-semibold tracking-tight sm:inline">Neptun Share</span>
        </Link>
        <nav aria-label="Main" className="flex items-center gap-0.5 sm:gap-1">
          <Link to="/" className={NAV_LINK} activeOptions={{ exact: true, includeSearch: false }}>
            Chats
          </Link>
          <Link to="/links" className={NAV_LINK}>
            Links
          </Link>
        </nav>
        <div className="ml-auto flex items-center gap-1 sm:gap-2">
          <Link to="/new" className={buttonClass('primary', 'small')}>
            <PlusIcon className="size-4" /> <span className="max-[24rem]:sr-only">New chat</span>
          </Link>
          <ThemeButton />
          <ActionMenu
            label={`Account of ${me.primary_email}`}
            triggerClass={buttonClass('quiet', 'icon')}
            trigger={<PersonIcon />}
            heading={
              <>
                Signed in as <strong className="block font-medium text-ink">{me.primary_email}</strong>
              </>
            }
            actions={[
              { name: 'Account', run: () => void navigate({ to: '/account' }) },
              { name: 'Sign out', run: () => signingOut.mutate() },
            ]}
          />
        </div>
      </div>
    </header>
  )
}
