import type { Static } from 'typebox'
import { type Answer, expectOk, type NewMessage, type Person, type Question } from './client.ts'
import { readFixture } from './importing.ts'
import { readAs, shapes } from './shapes.ts'

export type Imported = Static<(typeof shapes)['imported']>

type Body = string | Uint8Array

/** Uploads a file as the body itself. @param query such as `?dry_run=true` */
export function upload(
  person: Person,
  file: Body,
  query = '',
  headers: Question['headers'] = {},
): Promise<Answer> {
  return person.send('POST', person.path(`/imports${query}`), {
    body: typeof file === 'string' ? file : new Uint8Array(file),
    headers: { 'content-type': 'application/octet-stream', ...headers },
  })
}

/** Uploads a file that is to be imported. */
export async function importFile(person: Person, file: Body, query = ''): Promise<Imported> {
  return expectOk(await upload(person, file, query), shapes.imported)
}

export async function importFixture(person: Person, name: string, query = ''): Promise<Imported> {
  return importFile(person, await readFixture(name), query)
}

/** A form as browsers send it: files by their names, and text fields before them. */
export async function uploadForm(
  person: Person,
  files: Readonly<Record<string, Body>>,
  fields: Readonly<Record<string, string>> = {},
  query = '',
): Promise<Answer> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  for (const [name, content] of Object.entries(files)) {
    form.append('file', new Blob([typeof content === 'string' ? content : new Uint8Array(content)]), name)
  }
  const encoded = new Response(form)
  return person.send('POST', person.path(`/imports${query}`), {
    body: new Uint8Array(await encoded.arrayBuffer()),
    headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
  })
}

/** What was told line by line. */
export function readLines(answer: Answer): Static<(typeof shapes)['importLine']>[] {
  const lines = answer.text.trimEnd().split('\n')
  return lines.map((text) => readAs(shapes.importLine, { ...answer, text, json: () => JSON.parse(text) }))
}

/** An export of Claude with one conversation for each entry. */
export function claudeExport(
  conversations: readonly { id: string; name?: string; messages: readonly NewMessage[] }[],
): string {
  return JSON.stringify(
    conversations.map(({ id, name = `About ${id}`, messages }) => ({
      uuid: id,
      name,
      created_at: '2025-03-01T08:00:00.000000Z',
      updated_at: '2025-03-01T09:00:00.000000Z',
      account: { uuid: 'a' },
      chat_messages: messages.map(({ content, role }, index) => ({
        uuid: `${id}-${index}`,
        text: content,
        content: [{ type: 'text', text: content }],
        sender: role === 'user' ? 'human' : 'assistant',
        created_at: new Date(Date.UTC(2025, 2, 1, 8, index)).toISOString(),
        attachments: [],
        files: [],
      })),
    })),
  )
}
