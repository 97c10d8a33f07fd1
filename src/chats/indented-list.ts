/** JSON with two spaces for each level, of an object whose last field is a list that is written item by item. */
export const inList = {
  /** @param value whose last field is an empty list */
  before: (value: object): string => indented(value).slice(0, -']\n}'.length),
  item: (item: object, index: number): string =>
    `${index === 0 ? '' : ','}\n    ${indented(item).replaceAll('\n', '\n    ')}`,
  /** @param others fields that come after the list after all */
  after: (count: number, others: object = {}): string => {
    const fields = indented(others).slice(1)
    return `${count === 0 ? ']' : '\n  ]'}${fields === '}' ? '\n}' : `,${fields}`}\n`
  },
}

function indented(value: object): string {
  return JSON.stringify(value, null, 2)
}
