import { hash } from 'node:crypto'

export const ASSET_FOLDER = '/page-assets'

/** Where a file of the pages is: its name changes with its content. */
export function pageAssetUrl(name: string, extension: string, bytes: Buffer): string {
  return `${ASSET_FOLDER}/${name}.${hash('sha256', bytes, 'hex').slice(0, 12)}.${extension}`
}
