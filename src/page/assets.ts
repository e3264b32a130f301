/**
 * The page's script and style as text. From sources they are bundled when they are first asked for; `scripts/build.ts`
 * puts a file in this one's place that holds them, so that the built program needs no bundler.
 */
import { buildAssets } from './build-assets.ts'

export interface Assets {
  readonly script: string
  readonly style: string
}

let built: Assets | undefined

export const pageAssets = (): Assets => (built ??= buildAssets())
