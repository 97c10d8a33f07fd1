/**
 * The ids on the way from the root of a conversation's tree to `leaf`, in order. Stops where a parent is missing
 * from the tree or was met before: files with cycles exist.
 */
export function pathTo(leaf: string, parentOf: (id: string) => string | undefined): string[] {
  const path: string[] = []
  const met = new Set<string>()
  for (let id: string | undefined = leaf; id !== undefined && !met.has(id); id = parentOf(id)) {
    met.add(id)
    path.push(id)
  }
  return path.toReversed()
}
