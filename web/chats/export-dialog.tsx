import { useMe } from '../client/queries.ts'
import type { Chat } from '../../src/client/types.ts'
import { Dialog, DialogBody } from '../ui/dialog.tsx'
import { DownloadIcon } from '../ui/icons.tsx'

const FORMATS = [
  { format: 'html', name: 'One HTML file', use: 'Looks like the shared page and needs no network.' },
  { format: 'markdown', name: 'Markdown', use: 'To read and to edit.' },
  { format: 'zip', name: 'ZIP', use: 'The text, with its pictures and files beside it.' },
  { format: 'json', name: 'JSON', use: 'To import again without loss.' },
  { format: 'openai', name: 'OpenAI messages', use: 'To go on with in a program.' },
] as const

/** A chat as a file, in each format that there is. */
export function ExportDialog({ chat, onClose }: { readonly chat: Chat; readonly onClose: () => void }) {
  const { id: userId } = useMe()
  return (
    <Dialog isOpen onClose={onClose} title={`Export “${chat.name}”`} width="sm:max-w-md">
      <DialogBody>
        <ul className="flex flex-col gap-2">
          {FORMATS.map(({ format, name, use }) => (
            <li key={format}>
              <a
                href={`/api/users/${userId}/chats/${chat.id}/export?format=${format}`}
                download
                className="flex items-center gap-3 rounded-xl border border-line px-4 py-3 hover:bg-sunken"
              >
                <DownloadIcon className="size-5 text-accent" />
                <span>
                  <span className="block font-medium">{name}</span>
                  <span className="block text-sm text-muted">{use}</span>
                </span>
              </a>
            </li>
          ))}
        </ul>
      </DialogBody>
    </Dialog>
  )
}
