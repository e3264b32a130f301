// Loaded into the proxy: every SIGUSR2 moves its dates by a day, there and back, as when somebody sets the clock.
const dayMs = 86_400_000
const RealDate = Date
let ahead = 0

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + ahead)
    else super(...args)
  }

  static now() {
    return RealDate.now() + ahead
  }
}

process.on('SIGUSR2', () => {
  ahead = ahead === 0 ? dayMs : 0
})
