const MiB = 1024 * 1024

/** Bytes of UTF-8 in one message. */
export const MAX_MESSAGE_BYTES = MiB
/** Bytes of UTF-8 in all messages of one chat. */
export const MAX_CHAT_BYTES = 64 * MiB
export const MAX_CHAT_MESSAGES = 100_000
/** Characters of a chat's name, and of its model's. */
export const MAX_NAME_LENGTH = 200
/** Chats that are deleted in one request. */
export const MAX_DELETED_AT_ONCE = 10_000

/** Of one file in a chat. */
export const MAX_FILE_BYTES = 20 * 1024 * 1024
