/**
 * What can be imported, in one place: the documentation's table, the command's help and the app's text are made from it or
 * checked against it, and a test sees that every reader of formats.ts is in it and every entry has a reader.
 */
export type FormatEntry = {
  /** What its readers are called in formats.ts. */
  readonly names: readonly string[]
  /** What people call where it comes from. */
  readonly from: string
  readonly file: string
  readonly comesIn: string
  /** How to get the file. */
  readonly how?: string
  readonly kind: 'app' | 'agent' | 'data' | 'text'
}

export const formatList: readonly FormatEntry[] = [
  {
    names: ['ChatGPT'],
    from: 'ChatGPT',
    file: "the export's `.zip`, or `conversations.json`, `conversations-000.json`, …",
    comesIn: 'the branch that the page showed: text, code, canvases with their changes, reasoning as a quote',
    how: 'in ChatGPT under Settings, Data controls, Export data',
    kind: 'app',
  },
  {
    names: ['Claude'],
    from: 'Claude',
    file: "the export's `.zip`, or `conversations.json`",
    comesIn: 'messages, artifacts with their changes, the text of attachments',
    how: 'in Claude under Settings, Privacy, Export data',
    kind: 'app',
  },
  {
    names: ['DeepSeek'],
    from: 'DeepSeek',
    file: "the export's `.zip`, or `conversations.json`",
    comesIn: 'the branch written last, thoughts as a quote',
    how: 'in DeepSeek under Settings, Data controls, Export data',
    kind: 'app',
  },
  {
    names: ['Grok'],
    from: 'Grok',
    file: "the export's `.zip`, or `prod-grok-backend.json`",
    comesIn: 'the branch written last',
    how: 'at accounts.x.ai under Data, Download account data',
    kind: 'app',
  },
  {
    names: ['Gemini Takeout'],
    from: 'Gemini',
    file: "Google Takeout's `MyActivity.json` or `MyActivity.html`, or its `.zip`",
    comesIn: 'prompts and answers; those within an hour of each other are one chat, as the file names none',
    how: 'at takeout.google.com, My Activity, Gemini Apps, as JSON',
    kind: 'app',
  },
  {
    names: ['Google AI Studio'],
    from: 'Google AI Studio',
    file: 'a prompt as it lies in Google Drive, a `.zip` of them',
    comesIn: 'text and thoughts; called like its file',
    how: 'from the folder "Google AI Studio" in Google Drive',
    kind: 'app',
  },
  {
    names: ['Perplexity'],
    from: 'Perplexity',
    file: 'a thread as Markdown, or its entries as JSON',
    comesIn: 'questions and answers, without the sources',
    how: 'in a thread under Export, as Markdown',
    kind: 'app',
  },
  {
    names: ['Open WebUI'],
    from: 'Open WebUI',
    file: 'an export of one chat or all',
    comesIn: 'the branch up to the current message',
    how: 'in Open WebUI under Settings, Data controls, Export chats',
    kind: 'app',
  },
  {
    names: ['LibreChat'],
    from: 'LibreChat',
    file: 'a conversation as JSON, recursive or not',
    comesIn: 'the branch written last',
    how: "in a conversation's menu under Share, Export, as JSON",
    kind: 'app',
  },
  {
    names: ['LM Studio'],
    from: 'LM Studio',
    file: '`~/.lmstudio/conversations/….conversation.json`',
    comesIn: 'the versions that are shown, thoughts as a quote',
    how: 'from the folder ~/.lmstudio/conversations',
    kind: 'app',
  },
  {
    names: ['LobeChat'],
    from: 'LobeChat',
    file: 'an export of all or of one conversation as JSON',
    comesIn: 'a chat for each topic',
    how: 'in LobeChat under Settings, Data storage, Export',
    kind: 'app',
  },
  {
    names: ['NextChat'],
    from: 'NextChat',
    file: 'the backup, or a conversation as JSON',
    comesIn: 'messages',
    how: 'in NextChat under Settings, Backup, Export',
    kind: 'app',
  },
  {
    names: ['Chatbox'],
    from: 'Chatbox',
    file: 'the export of Settings as JSON',
    comesIn: 'messages, thoughts as a quote',
    how: 'in Chatbox under Settings, General, Data backup',
    kind: 'app',
  },
  {
    names: ['TypingMind'],
    from: 'TypingMind',
    file: 'the export as JSON',
    comesIn: 'messages',
    how: 'in TypingMind under Settings, App data, Export',
    kind: 'app',
  },
  {
    names: ['HuggingChat'],
    from: 'HuggingChat',
    file: 'a conversation as JSON',
    comesIn: 'the branch written last',
    kind: 'app',
  },
  {
    names: ['big-AGI'],
    from: 'big-AGI',
    file: 'an export of one chat or all as JSON',
    comesIn: 'messages',
    kind: 'app',
  },
  { names: ['Chatbot UI'], from: 'Chatbot UI', file: 'the export as JSON', comesIn: 'messages', kind: 'app' },
  {
    names: ['SillyTavern'],
    from: 'SillyTavern',
    file: 'a chat as `.jsonl`',
    comesIn: 'messages, the swipe that is shown',
    kind: 'app',
  },
  {
    names: ['T3 Chat'],
    from: 'T3 Chat',
    file: 'the export as JSON',
    comesIn: 'a chat for each thread',
    kind: 'app',
  },
  {
    names: ['Cherry Studio'],
    from: 'Cherry Studio',
    file: '`data.json` of a backup',
    comesIn: 'messages',
    kind: 'app',
  },
  {
    names: ['ChatGPT Exporter'],
    from: 'ChatGPT Exporter and its like',
    file: 'JSON or Markdown as browser extensions save them',
    comesIn: 'messages with their times',
    kind: 'app',
  },
  {
    names: ['llm'],
    from: 'llm',
    file: '`llm logs --json`, or `llm logs` as Markdown',
    comesIn: 'a chat for each conversation',
    how: 'with llm logs -n 0 --json',
    kind: 'data',
  },
  {
    names: ['Claude Code'],
    from: 'Claude Code',
    file: '`~/.claude/projects/…/….jsonl`',
    comesIn: 'what was asked and answered',
    how: 'with neptun-share push --latest claude-code',
    kind: 'agent',
  },
  {
    names: ['Codex'],
    from: 'Codex',
    file: '`~/.codex/sessions/…/rollout-….jsonl`',
    comesIn: 'what was asked and answered',
    how: 'with neptun-share push --latest codex',
    kind: 'agent',
  },
  {
    names: ['Continue'],
    from: 'Continue',
    file: '`~/.continue/sessions/….json`',
    comesIn: 'messages',
    kind: 'agent',
  },
  { names: ['Cody'], from: 'Cody', file: 'the export of chats as JSON', comesIn: 'messages', kind: 'agent' },
  {
    names: ['Messages', 'ShareGPT', 'questions and answers'],
    from: 'APIs and collections',
    file: '`[{ "role", "content" }]`, `{ "messages" }`, `{ "input", "output" }`, `{ "contents" }`, ShareGPT; LangChain’s messages; as a list or one per line',
    comesIn: "user's and assistant's messages",
    kind: 'data',
  },
  {
    names: ['API responses'],
    from: 'API responses',
    file: 'chat completions, lines of a batch’s output, requests beside their responses, of OpenAI, Anthropic and Gemini; streamed pieces',
    comesIn: 'what was asked, and the first answer',
    kind: 'data',
  },
  {
    names: ['LangGraph'],
    from: 'LangGraph',
    file: 'states of threads as JSON',
    comesIn: 'the state with the most messages of each thread',
    kind: 'data',
  },
  {
    names: ['training data'],
    from: 'training data',
    file: 'Alpaca, prompt and completion, preferences (DPO, HH-RLHF); as a list or one per line',
    comesIn: 'a chat for each record, with the preferred answer',
    kind: 'data',
  },
  {
    names: ['Neptun Share'],
    from: 'Neptun Share',
    file: 'its JSON or Markdown export',
    comesIn: 'everything, to the letter',
    kind: 'data',
  },
  {
    names: ['saved page'],
    from: 'saved pages',
    file: 'a page of ChatGPT, Claude or Gemini as a browser saved it, as `.html`',
    comesIn: 'what the page holds, which may not be all of a long chat',
    kind: 'text',
  },
  {
    names: ['Markdown'],
    from: 'text of all kinds',
    file: 'Markdown with `## User` and `## Assistant`, or lines like `#### ChatGPT:`, `**You:**`, `ChatGPT said:`, `User: …`, in many languages and with the names of some hundred apps, agents and models; sections for each exchange; what was copied from a page',
    comesIn: 'what stands under each name',
    kind: 'text',
  },
]

/** What chats come from, as a sentence lists it: "ChatGPT, Claude and Grok". */
export function formatNames(kinds: readonly FormatEntry['kind'][]): string {
  const names = formatList.filter(({ kind }) => kinds.includes(kind)).map(({ from }) => from)
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`
}
