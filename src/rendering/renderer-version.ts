/**
 * Goes up whenever the HTML that a message renders to changes. Kept HTML carries the version it was made
 * with and is made again when they differ.
 */
export const RENDERER_VERSION = 8
