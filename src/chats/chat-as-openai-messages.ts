import type { Chat } from './chat.ts'
import { type ChatWriter, writeWhole } from './chat-writer.ts'
import { replaceOutsideCode } from './code-in-text.ts'
import { bytesOfFile, type ChatFile, type ChatWithFiles, replaceFiles, withMarks } from './file-bytes.ts'
import { inList } from './indented-list.ts'

/** See {@link chatAsOpenAiMessages}. */
export const openAiWriter: ChatWriter = {
  begin: ({ model }) => inList.before({ model, messages: [] }),
  message({ role, content }, index, files) {
    if (files.size === 0) return inList.item({ role, content }, index)
    return withMarks(inList.item({ role, content: contentWithFiles(role, content, files) }, index))
  },
  end: (count) => inList.after(count),
}

type Part =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } }
  | { readonly type: 'file'; readonly file: { readonly filename: string; readonly file_data: string } }

/**
 * A chat as the body that OpenAI's Chat Completions and the many servers like it take, `{ "model", "messages":
 * [{ "role", "content" }] }`: a program can continue the conversation with it. A user's pictures and files are parts with
 * data URIs; an assistant's messages may have text alone, so that theirs are in it.
 */
export function chatAsOpenAiMessages(chat: Pick<ChatWithFiles, 'model' | 'messages' | 'files'>): string {
  return writeWhole(openAiWriter, { name: '', ...chat })
}

const REFERENCE = /!?\[(?:[^[\]\n\\]|\\[^\n]){0,500}\]\(file:[A-Za-z0-9_-]{22}\)/g

function contentWithFiles(
  role: Chat['messages'][number]['role'],
  content: string,
  files: ReadonlyMap<string, ChatFile>,
): string | Part[] {
  if (role === 'assistant') return replaceFiles(content, files, bytesOfFile)
  // What is code stays text: it only speaks of a file.
  const marked = replaceOutsideCode(content, REFERENCE, (reference = '') => `\0${reference}\0`)
  const parts = marked.split('\0').flatMap((text, index): Part[] => {
    const id = index % 2 === 1 ? /\(file:([A-Za-z0-9_-]{22})\)$/.exec(text)?.[1] : undefined
    const file = files.get(id ?? '')
    if (file?.dimensions) return [{ type: 'image_url', image_url: { url: bytesOfFile(file.id) } }]
    if (file) return [{ type: 'file', file: { filename: file.name, file_data: bytesOfFile(file.id) } }]
    return text.trim() === '' ? [] : [{ type: 'text', text: text.trim() }]
  })
  return parts.every(({ type }) => type === 'text') ? content : parts
}
