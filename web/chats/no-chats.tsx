import { Link } from '@tanstack/react-router'
import { buttonClass } from '../ui/button.tsx'
import { ChatIcon, FileIcon, PlusIcon, ShareIcon } from '../ui/icons.tsx'
import { PageTitle } from '../ui/page-title.tsx'

/** How to begin. */
export function NoChats() {
  return (
    <div className="flex flex-col gap-5">
      <PageTitle>My chats</PageTitle>
      <div className="card flex flex-col items-center gap-6 px-6 py-14 text-center">
        <span className="flex size-16 items-center justify-center rounded-2xl bg-accent-soft text-accent">
          <ChatIcon className="size-8" />
        </span>
        <div className="max-w-md">
          <h2 className="text-xl font-semibold">Bring in your first chat</h2>
          <p className="mt-2 text-muted">
            Copy a conversation from ChatGPT, Claude or any other assistant and paste it: it is split into
            messages for you. Then share it with everyone, or only with whom you like.
          </p>
        </div>
        <div className="flex flex-wrap justify-center gap-2">
          <Link to="/new" className={buttonClass('primary')}>
            <PlusIcon /> Paste or write a chat
          </Link>
          <Link to="/import" className={buttonClass('secondary')}>
            <FileIcon /> Import an export
          </Link>
        </div>
        <p className="flex items-center gap-2 text-sm text-muted">
          <ShareIcon className="size-4" /> Nobody sees a chat before you share it.
        </p>
      </div>
    </div>
  )
}
