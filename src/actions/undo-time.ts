/** So long a deletion can be taken back that was asked to be. To everyone else it is gone at once. */
export const UNDO_MS = 60_000
