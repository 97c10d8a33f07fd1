import { formatList } from '../../importing/format-list.ts'
import { wrapped } from '../../terminal/wrapped.ts'
import { agentIdLines } from './agent-sessions.ts'

export const PUSH_HELP = `Usage: neptun-share push FILE…            push -            push --latest [AGENT]

Sends a chat to the server and prints its link, and nothing else, on standard output. - is standard input. Pushing the
same chat again updates it under the same link. FILE, told by its content and also in a .zip, is of
${wrapped(formatList.map(({ from }) => from).join(', '), 117)}.

Who can read it (only you, unless you ask for more)
  --public              anyone with the link
  --password            those who know a password; you are asked for it
  --password-file FILE  the same, with the password from the first line of a file
  --email ADDRESS       these people and no others, or everyone of a domain with @example.com; again or
                        comma-separated for several
  --notify              mails the link to the addresses that are new on the list
                        Password and emails together: both are needed. Pushing again keeps what was set before.

  --label LABEL         another link of the same chat, with rules of its own; again: that link

How long
  --expires WHEN        12h, 7d, 2w, a day (2030-01-31, its last) or a moment (2030-01-31T12:00Z)
  --max-views N         until it was opened N times
  --mail-at-first-read  one mail to you when somebody reads it next
  --snapshot            show the chat as it is now, not what is added later; again: update what is shown

Secrets (it is looked for keys, tokens and passwords before anything of it is stored; if there are any, you are asked)
  --redact              with [redacted] in their place
  --allow-secrets       as it is, without looking

Which chat
  --latest [AGENT]      the newest session on this machine, of any agent or of this one:
${agentIdLines(24)}
                        (neptun-share sessions lists them)
  --chat NAME|NUMBER    of a file with several; again for more of them
  --all                 all chats of the files
  --name NAME           what to call it
  --file FILE           a picture or file that the chat names, such as ![a chart](chart.png); again for more
  --no-tools            without tool calls, their results and thoughts; agents' sessions include them by default
  --tools               with them, also from chats of apps
    --user NAME           the name of the person in the file, where the file doesn't say who is who
    --assistant NAME      the name of the model in the file
  --force               also if the chat was edited on the server since it was pushed; undoes that edit

  --server URL          the server to push to
  --json                answer as JSON: { "pushed": [{ "url", "change", "chat", "share", "left_out" }], "failed": [] };
                        change is new, updated or unchanged
`

/** What can be given to it. */
export const pushOptions = {
  latest: { type: 'string' },
  chat: { type: 'string', multiple: true },
  all: { type: 'boolean' },
  name: { type: 'string' },
  file: { type: 'string', multiple: true },
  tools: { type: 'boolean' },
  'no-tools': { type: 'boolean' },
  user: { type: 'string' },
  assistant: { type: 'string' },
  force: { type: 'boolean' },
  public: { type: 'boolean' },
  password: { type: 'boolean' },
  'password-file': { type: 'string' },
  email: { type: 'string', multiple: true },
  notify: { type: 'boolean' },
  expires: { type: 'string' },
  'max-views': { type: 'string' },
  'mail-at-first-read': { type: 'boolean' },
  snapshot: { type: 'boolean' },
  redact: { type: 'boolean' },
  'allow-secrets': { type: 'boolean' },
  label: { type: 'string' },
} as const
