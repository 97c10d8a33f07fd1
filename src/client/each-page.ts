/** All that a list by page holds, a page at a time as it is asked for. */
export async function* eachOf<Item, Page extends { readonly next_cursor?: string | null | undefined }>(
  fetchPage: (cursor: string | undefined) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[],
): AsyncGenerator<Item, void> {
  let cursor: string | undefined
  do {
    const page = await fetchPage(cursor)
    yield* itemsOf(page)
    cursor = page.next_cursor ?? undefined
  } while (cursor !== undefined)
}
