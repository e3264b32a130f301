/** A call of `I` that answers `O`. */
export interface Call<I, O> {
  readonly input: I
  readonly output: O
}

export interface Tag {
  readonly Key: string
  readonly Value: string
}

/** Tags as AWS answers them. */
export type TagsSeen = readonly { readonly Key?: string; readonly Value?: string }[]
