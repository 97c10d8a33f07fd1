import { Button } from '../ui/button.tsx'
import { copyText } from '../ui/copy-text.ts'
import { CopyIcon } from '../ui/icons.tsx'
import { say } from '../ui/toasts.tsx'

/** Something secret that was just made. @param props.what its name, as in "new token" */
export function ShownOnce({ what, text }: { readonly what: 'token' | 'secret'; readonly text: string }) {
  const copied = `${what.charAt(0).toUpperCase()}${what.slice(1)} copied`
  return (
    <div role="status" className="mb-5 flex flex-col gap-2 rounded-xl bg-accent-soft p-4">
      <p>
        <strong className="font-medium">Copy your new {what} now.</strong> It isn’t shown again.
      </p>
      <div className="flex gap-1.5">
        <input
          className="field min-w-0 flex-1 font-mono text-sm"
          aria-label={`New ${what}`}
          readOnly
          value={text}
          onFocus={(event) => event.target.select()}
        />
        <Button
          aria-label={`Copy ${what}`}
          onClick={() =>
            void copyText(text).then((isCopied) =>
              say(isCopied ? copied : 'The browser didn’t allow copying: select it and press Ctrl+C'),
            )
          }
        >
          <CopyIcon /> <span className="hidden sm:inline">Copy</span>
        </Button>
      </div>
    </div>
  )
}
