import { Type } from 'typebox'
import { ApiError, Id, Nullable } from './common.ts'

/** Something in a text that better isn't shown to others. */
export const FindingInText = Type.Object({
  kind: Type.Union([Type.Literal('secret'), Type.Literal('trace')], {
    description: '`secret`: it opens something. `trace`: it tells who and where somebody is',
  }),
  rule: Type.String({ examples: ['github-token'] }),
  label: Type.String({ description: 'what it is, for people', examples: ['GitHub token'] }),
  start: Type.Integer({ description: 'where it begins in the text, in UTF-16 units' }),
  end: Type.Integer({ description: 'where it has ended' }),
  excerpt: Type.String({
    description: 'the line around it, with all findings masked',
    examples: ['export TOKEN=ghp_••••••••'],
  }),
})

export const Finding = Type.Object({
  message_id: Nullable(Id),
  ...FindingInText.properties,
})

export const ScanAnswer = Type.Object({
  findings: Type.Array(Finding, {
    description: 'in the order of the chat; `message_id` is null for its name. At most 500 of each kind',
  }),
  is_complete: Type.Boolean({ description: 'false where there is more than is listed' }),
})

/** A link that isn't made for what is in the chat. */
export const SecretsError = Type.Object({
  ...ApiError.properties,
  data: Type.Object({
    message: Type.String(),
    name: Type.Literal('SecretsError'),
    code: Type.Literal('secrets'),
    findings: Type.Array(Finding),
  }),
})
