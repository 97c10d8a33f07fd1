/** What the service stores at most. Bytes are of UTF-8. */
export const limits = {
  messageBytes: 1024 * 1024,
  nameLength: 200,
  modelLength: 200,
  messagesPerChat: 100_000,
  chatBytes: 64 * 1024 * 1024,
} as const
