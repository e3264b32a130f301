/**
 * Whether what goes with a Service may be deleted at all. Where the cloud would refuse to delete what serves traffic,
 * nothing of the Service is taken away before that may go: it stays in place, whole, until its user takes the
 * protection back.
 */
import type { Clock } from '../lib/clock.ts'
import { isProtected, protectionText } from '../plan/protection.ts'
import { isCommon, type Observed } from '../plan/resource.ts'
import { stacksOf, type ProgressParts } from './progress.ts'
import type { PublishParts } from './publish.ts'

interface DeletableParts extends ProgressParts, Pick<PublishParts, 'provider'> {
  readonly clock: Clock
  readonly wakeStack: (stack: string, uid: string, rank: number) => void
  readonly awaitStack: (stack: string, uid: string) => void
}

/** How often it is looked whether somebody took a protection back outside the cluster, ms. */
export const protectedAgainMs = 60_000

type Verdict =
  | { readonly is: 'deletable' }
  /** It was not read yet; the Service is woken when it was. */
  | { readonly is: 'unknown' }
  | { readonly is: 'protected'; readonly why: string }

/** `waits`: it was found protected before, so what is known of it is looked at again now and then. */
export function deletable(parts: DeletableParts, uid: string, waits: boolean): Verdict {
  const { inventory, clock, wakeStack, awaitStack } = parts
  const all = guarded(parts, uid)
  const open = all.filter(
    ({ state, depth, asOf }) =>
      state === 'doubt' || depth === 'listed' || (waits && asOf + protectedAgainMs <= clock.now()),
  )
  for (const object of open) {
    if (object.state === 'doubt') awaitStack(object.stack, uid)
    else {
      inventory.doubt(object, clock.now())
      wakeStack(object.stack, uid, 0)
    }
  }
  if (open.length > 0) return { is: 'unknown' }
  const whys = all.flatMap((object) => {
    const form = parts.provider.kinds[object.kind]
    return form !== undefined && isProtected(form, object.spec) ? [protectionText(object, form)] : []
  })
  return whys.length === 0 ? { is: 'deletable' } : { is: 'protected', why: whys.join('; ') }
}

/** Objects that would go with the Service and can be protected: its own, and those of a group whose last member it is. */
function guarded(parts: DeletableParts, uid: string): readonly Observed[] {
  const { inventory, wishes, provider } = parts
  const last = [...stacksOf(parts, uid)].filter((stack) =>
    wishes.claimsIn(stack).every(({ contribution }) => contribution.owner.uid === uid),
  )
  const common = last
    .flatMap((stack) => inventory.inStack(stack))
    .filter(({ owners }) => owners.every(isCommon))
  return [...new Set([...inventory.ofOwner(uid), ...common])].filter(
    ({ kind, body }) => body !== 'foreign' && provider.kinds[kind]?.protection !== undefined,
  )
}
