import { Type } from 'typebox'
import { Time } from './common.ts'

export const Health = Type.Object({
  status: Type.Literal('healthy'),
  timestamp: Time,
  uptime: Type.Number({ description: 'seconds' }),
})
