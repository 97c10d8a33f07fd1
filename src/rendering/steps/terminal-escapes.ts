/** What a terminal takes for its title or a link's address, up to BEL or ST; bounded, so that time is linear. */
// oxlint-disable-next-line no-control-regex
const command = /\u001b\][^\u0007\u001b]{0,4096}(?:\u0007|\u001b\\)/g

/** Output of a terminal without what it says about colours and the cursor (CSI), titles and links (OSC; ECMA-48). */
export function withoutTerminalEscapes(output: string): string {
  const [first = '', ...rest] = output.replace(command, '').split('\u001b')
  return first + rest.map((part) => part.replace(/^\[[0-9;?]{0,20}[A-Za-z]/, '')).join('')
}
