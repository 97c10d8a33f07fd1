import { Type } from 'typebox'
import { Chat } from './chats.ts'
import { ApiError, Id, NOT_BLANK, Nullable, Time } from './common.ts'
import { FindingInText } from './scans.ts'

const Switch = Type.Union([Type.Literal('true'), Type.Literal('false')])

const SpeakerName = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: NOT_BLANK,
  description:
    'what the file calls who asks (`user_name`), or the model (`assistant_name`), where it is refused because that ' +
    'can’t be told; the issues `speaker` of the refusal, or `speakers` of a failed conversation, are the names in it',
})

export const ImportQuery = Type.Object(
  {
    include_tools: Type.Optional(
      Type.Union([Type.Literal('true'), Type.Literal('false')], {
        description:
          'whether calls of tools, what came of them and thoughts come in, as blocks. Unless it is sent, they do from ' +
          'sessions of coding agents, and stay out of chats of apps',
      }),
    ),
    dry_run: Type.Optional(Switch),
    mode: Type.Optional(
      Type.Union([Type.Literal('add'), Type.Literal('mirror'), Type.Literal('overwrite')], {
        description:
          'how a conversation goes into the chat that it became before. `add`, unless asked otherwise: what is new ' +
          'comes in, and a file that holds less takes nothing away. `mirror`: the chat becomes what the file holds. ' +
          '`overwrite`: also where the chat was edited here',
      }),
    ),
    secrets: Type.Optional(
      Type.Union([Type.Literal('allow'), Type.Literal('refuse'), Type.Literal('redact')], {
        description:
          'what becomes of a conversation with secrets in it. `allow`, unless asked otherwise: it comes in. `refuse`: ' +
          'nothing of it is stored, and it is told as `secrets`, with `findings`. `redact`: it comes in with ' +
          '`[redacted]` in their place',
      }),
    ),
    chat_id: Type.Optional(
      Type.String({
        pattern: '^[1-9][0-9]{0,9}$',
        description:
          'the chat that came from an earlier state of this file: a conversation without an id of its own goes ' +
          'there, whatever changed in it; without effect where there is no such chat any more',
      }),
    ),
    user_name: Type.Optional(SpeakerName),
    assistant_name: Type.Optional(SpeakerName),
    only: Type.Optional(
      Type.Union([Type.String(), Type.Array(Type.String())], {
        description:
          'source keys of the conversations to import, as a dry run tells them; repeat it for several',
      }),
    ),
  },
  // A misspelt `only` must not import everything.
  { additionalProperties: false },
)

/** The files of a multipart upload; what they are called doesn't matter. */
export const ImportForm = Type.Object({
  only: Type.Optional(
    Type.String({
      description:
        'a JSON array of source keys, for more of them than a URL takes; stands before the first file',
    }),
  ),
  user_name: Type.Optional(SpeakerName),
  assistant_name: Type.Optional(SpeakerName),
  file: Type.Array(Type.String({ format: 'binary' })),
})

/** Of what there is several of each, by its name in the singular: `{ "image": 3, "canvas": 1 }`. */
const LeftOut = Type.Unsafe<Record<string, number>>({
  // What `Type.Record` makes, which brings a parser of TypeScript along.
  type: 'object',
  patternProperties: { '^.*$': Type.Integer() },
})

/**
 * - `new`: a chat was made of it
 * - `updated`: its chat grew, or was brought to what the source holds now
 * - `unchanged`: its chat is here already, with all of it
 * - `edited`: its chat was changed here after it was imported, and so was left as it is
 * - `secrets`: there are secrets in it, and none were wanted
 */
const ImportOutcome = Type.Union([
  Type.Literal('new'),
  Type.Literal('updated'),
  Type.Literal('unchanged'),
  Type.Literal('edited'),
  Type.Literal('secrets'),
])

/** A conversation of the files; in a dry run, what would become of it. */
export const ImportedConversation = Type.Object({
  source_key: Type.String({ description: 'what recognises it when it is imported again' }),
  outcome: ImportOutcome,
  chat_id: Nullable(Id),
  name: Type.String(),
  model: Type.String(),
  message_count: Type.Integer(),
  created_at: Nullable(Time),
  updated_at: Nullable(Time),
  left_out: LeftOut,
  findings: Type.Optional(
    Type.Array(
      Type.Object({
        message: Nullable(Type.Integer({ description: 'from 1 on; null: the name' })),
        ...FindingInText.properties,
      }),
      { description: 'the first hundred secrets in it, where `secrets` asks for them' },
    ),
  ),
})

export const FailedConversation = Type.Object({
  title: Type.String(),
  reason: Type.String(),
  file: Nullable(Type.String()),
  speakers: Type.Optional(
    Type.Array(Type.String(), {
      description:
        'who speaks in it, where it can’t be told who is who: see `user_name` and `assistant_name`',
    }),
  ),
})

const imported = {
  dry_run: Type.Boolean(),
  counts: Type.Object({
    new: Type.Integer(),
    updated: Type.Integer(),
    unchanged: Type.Integer(),
    edited: Type.Integer(),
    secrets: Type.Integer(),
    failed: Type.Integer(),
    not_chosen: Type.Integer(),
  }),
  chats: Type.Array(Chat, { description: 'the new ones, in the order of the files' }),
  conversations: Type.Array(ImportedConversation),
  failed: Type.Array(FailedConversation, { description: 'at most 1000 of them' }),
  left_out: LeftOut,
  left_out_summary: Nullable(Type.String({ examples: ['3 images, 1 canvas left out'] })),
}

export const ImportAnswer = Type.Object(imported)

/** A line of `application/x-ndjson`. The last one is the result or an error. */
export const ImportLine = Type.Union([
  Type.Object({
    type: Type.Literal('progress'),
    received: Type.Integer({ description: 'bytes of the upload that were read' }),
  }),
  Type.Object({ type: Type.Literal('conversation'), ...ImportedConversation.properties }),
  Type.Object({ type: Type.Literal('failed'), ...FailedConversation.properties }),
  Type.Object({ type: Type.Literal('result'), ...imported }),
  Type.Object({ type: Type.Literal('error'), ...ApiError.properties }),
])
