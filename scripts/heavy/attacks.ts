import type { Attack } from './attack.ts'
import { attacksWithChats } from './attacks-with-chats.ts'
import { attacksWithRequests } from './attacks-with-requests.ts'

export const attacks: readonly Attack[] = [...attacksWithRequests, ...attacksWithChats]
