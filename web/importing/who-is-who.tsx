import { useId, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/select.tsx'

interface WhoIsWhoProps {
  /** Names in the file or text. */
  readonly speakers: readonly string[]
  readonly onChosen: (names: { user?: string; assistant?: string }) => void
  /** Undefined where there is nothing to keep. */
  readonly onKeep?: (() => void) | undefined
}

const NOBODY = ''

/** Asks who is who where the names don't tell. */
export function WhoIsWho({ speakers, onChosen, onKeep }: WhoIsWhoProps) {
  const id = useId()
  const [user, setUser] = useState(speakers[0] ?? NOBODY)
  const [assistant, setAssistant] = useState(speakers[1] ?? NOBODY)
  return (
    <div role="group" aria-labelledby={`${id}-title`} className="card flex flex-col gap-4 p-4 sm:p-5">
      <p id={`${id}-title`} className="font-medium">
        Who is who in this conversation?
      </p>
      <p className="text-sm text-muted">
        {speakers.length === 1
          ? 'Only one name was found. It could be you or the model.'
          : 'The names of the speakers don’t say which one is the model.'}
      </p>
      <div className="grid gap-4 sm:grid-cols-2">
        <Names id={`${id}-user`} label="Asks" speakers={speakers} chosen={user} onChosen={setUser} />
        <Names
          id={`${id}-assistant`}
          label="Is the model"
          speakers={speakers}
          chosen={assistant}
          onChosen={setAssistant}
        />
      </div>
      <div className="flex flex-wrap justify-end gap-2">
        {onKeep && (
          <Button look="quiet" onClick={onKeep}>
            Keep as one message
          </Button>
        )}
        <Button
          look="primary"
          disabled={user === assistant}
          onClick={() =>
            onChosen({ ...(user === NOBODY ? {} : { user }), ...(assistant === NOBODY ? {} : { assistant }) })
          }
        >
          Use these names
        </Button>
      </div>
    </div>
  )
}

interface NamesProps {
  readonly id: string
  readonly label: string
  readonly speakers: readonly string[]
  readonly chosen: string
  readonly onChosen: (name: string) => void
}

function Names({ id, label, speakers, chosen, onChosen }: NamesProps) {
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <Select id={id} value={chosen} onChange={(event) => onChosen(event.target.value)}>
        {speakers.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
        <option value={NOBODY}>Nobody here</option>
      </Select>
    </div>
  )
}
