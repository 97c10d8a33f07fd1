import { Type } from 'typebox'
import { Time } from './common.ts'

export const Health = Type.Object({
  status: Type.Literal('healthy'),
  timestamp: Time,
  uptime: Type.Number({ description: 'seconds' }),
})

export const Readiness = Type.Object({
  status: Type.Union([Type.Literal('ready'), Type.Literal('degraded'), Type.Literal('unavailable')]),
  checks: Type.Record(Type.String(), Type.String(), {
    description: '`ok`, or a sentence about what is wrong',
  }),
})
