import { Type } from 'typebox'
import { Nullable, Time } from './common.ts'

export const Health = Type.Object({
  status: Type.Literal('healthy'),
  timestamp: Time,
  uptime: Type.Number({ description: 'seconds' }),
  version: Type.String({ description: 'of Neptun Share' }),
})

/** Whether the process runs, whatever the store does. */
export const Liveness = Type.Object({ status: Type.Literal('live') })

const Check = Type.Object({
  name: Type.String({ description: 'what was looked at, such as `store`' }),
  status: Type.Union([Type.Literal('ok'), Type.Literal('warning'), Type.Literal('failing')]),
  message: Type.Optional(Type.String({ description: 'what is wrong, and what to do' })),
})

/** Whether requests should be sent here: not while a check fails; a warning is for the operator to look at. */
export const Readiness = Type.Object({
  status: Type.Union([Type.Literal('ready'), Type.Literal('unavailable')]),
  checks: Type.Array(Check),
})

/** What people can expect of this server where emails are concerned. */
export const ServerFacts = Type.Object({
  sends_mail: Type.Boolean({ description: 'so that emails can be confirmed by a code' }),
  unverified_emails: Type.Union([Type.Literal('trust'), Type.Literal('refuse')]),
  operator_contact: Nullable(Type.String()),
})
