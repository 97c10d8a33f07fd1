import { ts } from '@ts-morph/common'

/** The TypeScript whose parts are open to programs, for tools that aren't made for the present one. */
export default ts
