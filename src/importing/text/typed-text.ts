import { replaceTagged } from './tagged-text.ts'

/** What programs put beside a person's words for the model, as tags. */
const injected = [
  'system-reminder',
  'system_reminder',
  'system-notification',
  'local-command-caveat',
  'task-notification',
  'ide_opened_file',
  'ide_selection',
  'environment_details',
  'environment_context',
  'EnvironmentContext',
  'ADDITIONAL_METADATA',
  'USER_SETTINGS_CHANGE',
  'turn-context',
  'current_datetime',
]

/** The same where the person's words have a tag of their own; else these may be theirs. */
const beside = [
  ...injected,
  'info-msg',
  'reminder',
  'additional_data',
  'attached_files',
  'open_and_recently_viewed_files',
  'manually_attached_skills',
  'user_info',
  'rules',
  'agent_skills',
  'git_status',
  'timestamp',
]

/** What they put around them. */
const wrapping = [
  'user_query',
  'USER_REQUEST',
  'task',
  'feedback',
  'user_message',
  'user-request',
  'userRequest',
  'answer',
]

/** What a person typed, without what their program put beside and around it. */
export function typedText(text: string): string {
  if (!text.includes('<')) return text.trim()
  for (const tag of wrapping) {
    const open = text.indexOf(`<${tag}>`)
    const close = open === -1 ? -1 : text.lastIndexOf(`</${tag}>`)
    // Tags within what the person typed are theirs.
    if (close > open && isBeside(text.slice(0, open)) && isBeside(text.slice(close + tag.length + 3)))
      return text.slice(open + tag.length + 2, close).trim()
  }
  let typed = text
  for (const tag of injected) if (typed.includes(`<${tag}`)) typed = replaceTagged(typed, tag, () => '')
  return typed.trim()
}

/** Whether a stretch of text is the program's alone. */
function isBeside(text: string): boolean {
  let rest = text
  for (const tag of beside) if (rest.includes(`<${tag}`)) rest = replaceTagged(rest, tag, () => '')
  return rest.trim() === ''
}

const settings = new Set(
  (
    'model models clear config settings compact login logout status cost usage doctor theme vim permissions approvals mcp ' +
    'ide help resume memory add-dir agents hooks output-style statusline fast effort export exit quit new terminal-setup ' +
    'privacy-settings context rename auth editor stats tools chat restore copy share sessions reasoning thinking verbose ' +
    'upgrade feedback bug release-notes plugins plugin skills tasks add drop read-only ls tokens undo reset map map-refresh ' +
    'chat-mode architect-mode code-mode editor-model weak-model multiline-mode paste voice save load about directory'
  ).split(' '),
)

/** Whether a text is a command to the program, such as `/model opus` or `/clear`: nobody meant it for the model. */
export function isSettingsCommand(text: string): boolean {
  const [, name = ''] = /^\/?([a-z][a-z-]{1,30})(?:[ \t][^\n]{0,300})?$/.exec(text.trim()) ?? []
  return settings.has(name)
}
