/** A reporter for node:test: one line for each file in which something failed. */
export default async function* listFailedFiles(events) {
  const files = new Set()
  for await (const { type, data } of events) {
    if (type === 'test:fail' && data.file) files.add(data.file)
  }
  for (const file of files) yield `${file}\n`
}
