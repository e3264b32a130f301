/** A refusal as AWS words it. `code` is the wire code ("LoadBalancerNotFound"), never the SDK's class name. */
export class AwsFault extends Error {
  readonly code: string
  readonly status: number
  requestId = ''

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.name = 'AwsFault'
    this.code = code
    this.status = status
  }
}

export const fault = (code: string, message: string, status = 400): AwsFault =>
  new AwsFault(code, message, status)

export const invalid = (message: string): AwsFault => fault('ValidationError', message)

/** ELBv2's word for settings that are each fine and do not fit together. */
export const misconfigured = (message: string): AwsFault => fault('InvalidConfigurationRequest', message)

/** What a caller sees when the connection breaks: no status, no code of AWS's, and no telling what took effect. */
export class BrokenConnection extends Error {
  readonly code = 'ECONNRESET'
  readonly effect: 'before' | 'after'

  constructor(effect: 'before' | 'after') {
    super('socket hang up')
    this.name = 'BrokenConnection'
    this.effect = effect
  }
}
