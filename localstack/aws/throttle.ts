import type { Clock } from '../../src/lib/clock.ts'
import type { Rate, Service, Switches, ThrottleClass } from './switches.ts'

interface Bucket {
  tokens: number
  filledAt: number
}

export const isMutating = (action: string): boolean => !/^(Describe|Get)/.test(action)

export function classOf(service: Service, action: string): ThrottleClass {
  if (action === 'RegisterTargets' || action === 'DeregisterTargets') return 'elbv2:targets'
  return `${service}:${isMutating(action) ? 'write' : 'read'}`
}

/** Answers whether one more call of a class may pass. Buckets start full and fill as time goes by. */
export function createThrottle(clock: Clock, switches: Switches): (kind: ThrottleClass) => boolean {
  const buckets = new Map<ThrottleClass, Bucket>()
  return (kind) => {
    const rate = switches.throttle[kind]
    if (rate === undefined) {
      buckets.delete(kind)
      return true
    }
    const bucket = buckets.get(kind) ?? { tokens: rate.burst, filledAt: clock.now() }
    buckets.set(kind, bucket)
    fill(bucket, rate, clock.now())
    if (bucket.tokens < 1) return false
    bucket.tokens -= 1
    return true
  }
}

function fill(bucket: Bucket, rate: Rate, now: number): void {
  bucket.tokens = Math.min(rate.burst, bucket.tokens + ((now - bucket.filledAt) / 1000) * rate.rate)
  bucket.filledAt = now
}
