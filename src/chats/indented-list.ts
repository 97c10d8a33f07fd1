/** JSON with two spaces for each level, of an object whose last field is a list that is written item by item. */
export const inList = {
  /** @param value whose last field is an empty list */
  before: (value: object): string => indented(value).slice(0, -']\n}'.length),
  item: (item: object, index: number): string =>
    `${index === 0 ? '' : ','}\n    ${indented(item).replaceAll('\n', '\n    ')}`,
  after: (count: number): string => (count === 0 ? ']\n}\n' : '\n  ]\n}\n'),
}

function indented(value: object): string {
  return JSON.stringify(value, null, 2)
}
