import { Type } from 'typebox'
import { Time } from './common.ts'

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
