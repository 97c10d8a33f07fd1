/** Output of a terminal without what it says about colours and the cursor (CSI sequences, ECMA-48). */
export function withoutTerminalEscapes(output: string): string {
  const [first = '', ...rest] = output.split('\u001b')
  return first + rest.map((part) => part.replace(/^\[[0-9;?]{0,20}[A-Za-z]/, '')).join('')
}
