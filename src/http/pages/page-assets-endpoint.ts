import { Type } from 'typebox'
import { Refusal } from '../../actions/refusal.ts'
import { endpoint } from '../pipeline/endpoint.ts'
import { chooseEncoding } from '../input/encoding.ts'
import { ASSET_FOLDER } from './page-asset-url.ts'
import { findPageAsset } from './page-assets.ts'

/** Styles, script, pictures and font of the pages: public, and kept by browsers for good. */
export const pageAssetEndpoint = endpoint({
  method: 'GET',
  path: `${ASSET_FOLDER}/{file}`,
  access: 'anyone',
  tag: 'Pages',
  summary: 'A part of the pages',
  params: Type.Object({ file: Type.String() }),
  answers: {
    200: {
      description: 'A style, a script, a picture or a font',
      schema: Type.String(),
      contentType: 'text/plain',
    },
  },
  handle({ params, request }) {
    const asset = findPageAsset(params.file)
    if (!asset) throw new Refusal({ code: 'route-not-found' })
    const encoding = chooseEncoding(request.headers['accept-encoding'], asset.gzipped ? ['gzip'] : [])
    return {
      body: encoding === 'gzip' ? asset.gzipped : asset.bytes,
      headers: {
        'content-type': asset.contentType,
        'cache-control': 'public, max-age=31536000, immutable',
        vary: 'Accept-Encoding',
        // The picture of link previews is shown by other sites.
        ...(asset.contentType === 'image/png' ? { 'cross-origin-resource-policy': 'cross-origin' } : {}),
        ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
      },
    }
  },
})
