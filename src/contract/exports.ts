import { Type } from 'typebox'

export const ExportQuery = Type.Object({
  format: Type.Union(
    [
      Type.Literal('markdown'),
      Type.Literal('json'),
      Type.Literal('openai'),
      Type.Literal('html'),
      Type.Literal('zip'),
    ],
    {
      description:
        'markdown to read, json to import again without loss, openai to go on with, html as one file that needs no network, zip as Markdown with its files',
    },
  ),
})
