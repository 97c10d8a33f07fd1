import type { Role } from '../../src/client/types.ts'
import { PersonIcon, SparkIcon } from '../ui/icons.tsx'

const ROLES = [
  { role: 'user', name: 'User', Icon: PersonIcon },
  { role: 'assistant', name: 'Assistant', Icon: SparkIcon },
] as const

interface RoleSwitchProps {
  readonly label: string
  readonly role: Role
  readonly onChange: (role: Role) => void
}

/** Who said it. */
export function RoleSwitch({ label, role, onChange }: RoleSwitchProps) {
  return (
    <div role="group" aria-label={label} className="inline-flex gap-0.5 rounded-lg bg-sunken p-0.5">
      {ROLES.map(({ role: other, name, Icon }) => (
        <button
          key={other}
          type="button"
          aria-pressed={role === other}
          onClick={() => onChange(other)}
          className="inline-flex min-h-9 items-center gap-1.5 rounded-md px-2.5 text-sm font-medium text-muted aria-pressed:bg-surface aria-pressed:text-ink aria-pressed:shadow-card"
        >
          <Icon className="size-4" /> {name}
        </button>
      ))}
    </div>
  )
}
