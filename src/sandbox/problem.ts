/** Why a sandbox cannot start, go on or be found, for the person who asked for it. */
export class SandboxRefused extends Error {
  override readonly name = 'SandboxRefused'
  readonly hint: string | undefined

  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}
