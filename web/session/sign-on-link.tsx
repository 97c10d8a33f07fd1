import type { SignInMethods } from '../../src/client/types.ts'
import { buttonClass } from '../ui/button.tsx'

interface SignOnLinkProps {
  readonly methods: SignInMethods | undefined
  /** beside what was written here, which leaving the page would lose */
  readonly opensTab?: boolean
}

/** The way in by the server's provider, and back to where one is; nothing where there is none. */
export function SignOnLink({ methods, opensTab = false }: SignOnLinkProps) {
  if (!methods?.single_sign_on) return null
  const { pathname, search, hash } = window.location
  const next = opensTab ? '/' : pathname + search + hash
  return (
    <a
      className={buttonClass(methods.password ? 'secondary' : 'primary')}
      href={`/auth/oidc?next=${encodeURIComponent(next)}`}
      {...(opensTab ? { target: '_blank', rel: 'noopener' } : {})}
    >
      Continue with {methods.single_sign_on.name}
    </a>
  )
}
