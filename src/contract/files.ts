import { Type } from 'typebox'
import { Id, Nullable } from './common.ts'

const FileId = Type.String({ examples: ['k3J9x0Q2mZb7cVt1LrW5eA'] })

export const FileParams = Type.Object({ user_id: Id, chat_id: Id, file_id: FileId })
export const SharedFileParams = Type.Object({ uuid: Type.String(), file_id: FileId })

/** `size=small`: the form for small screens, where a picture has one. */
export const FileQuery = Type.Object({ size: Type.Optional(Type.Literal('small')) })

export const AddFileQuery = Type.Object({
  name: Type.Optional(
    Type.String({ minLength: 1, maxLength: 500, description: 'of a file sent as its bytes' }),
  ),
})

export const AddFileForm = Type.Object({ file: Type.String({ description: 'The file' }) })

export const FileAnswer = Type.Object({
  file: Type.Object({
    id: FileId,
    name: Type.String(),
    media_type: Type.String(),
    bytes: Type.Integer(),
    width: Nullable(Type.Integer()),
    height: Nullable(Type.Integer()),
    markdown: Type.String({ description: 'What to put into a message' }),
  }),
})
