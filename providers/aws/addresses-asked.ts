import type { Json } from '../../src/lib/json.ts'
import type { Setting } from '../../src/model/annotations.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import { unknown } from '../../src/plan/resource.ts'
import { elasticByAddress } from './elastic-addresses.ts'
import type { Wish } from './wish.ts'

/** One sort of addresses that a Service names. */
export interface Asked {
  readonly items: readonly { readonly text: string; readonly value: Json }[]
  readonly path: string
  readonly raw: string
  /** In the plural, for sentences. */
  readonly what: string
}

interface AddressesAsked {
  readonly elastic: Asked | undefined
  readonly private: Asked | undefined
  readonly ipv6: Asked | undefined
  readonly prefixes: Asked | undefined
  readonly problems: readonly Problem[]
}

/** What the keys for addresses say, and whether the load balancer can have such. */
export function addressesAsked(wish: Wish): AddressesAsked {
  const { settings } = wish
  const own = {
    elastic: textsOf(settings.elasticAddresses, 'elastic addresses'),
    private: textsOf(
      mapped(settings.privateAddresses, ({ text }) => text),
      'private addresses',
    ),
    ipv6: textsOf(
      mapped(settings.ipv6Addresses, ({ text }) => text),
      'IPv6 addresses',
    ),
    prefixes: textsOf(settings.ipv6SourceNatPrefixes, 'prefixes'),
  }
  const portable = portableAddresses(wish)
  const problems: Problem[] = []
  for (const sort of ['elastic', 'private', 'ipv6'] as const) {
    const [one, other] = [own[sort], portable[sort]]
    if (one !== undefined && other !== undefined && textOf(one) !== textOf(other))
      problems.push(
        error('LB_ANNOTATION_CONFLICT', other.path, `this asks for other ${one.what} than ${one.path}`, {
          value: other.raw,
          accepted: 'one of the two keys, or the same in both',
        }),
      )
  }
  const asked = {
    elastic: own.elastic ?? portable.elastic,
    private: own.private ?? portable.private,
    ipv6: own.ipv6 ?? portable.ipv6,
    prefixes: own.prefixes,
  }
  return { ...asked, problems: [...problems, ...misfits(wish, asked), ...repeated(asked)] }
}

const textOf = ({ items }: Asked): string => items.map(({ text }) => text).join()

const mapped = <T>(
  setting: Setting<readonly T[]> | undefined,
  turn: (one: T) => string,
): Setting<readonly string[]> | undefined =>
  setting === undefined ? undefined : { ...setting, value: setting.value.map(turn) }

const textsOf = (setting: Setting<readonly string[]> | undefined, what: string): Asked | undefined =>
  setting === undefined
    ? undefined
    : {
        items: setting.value.map((text) => ({ text, value: text })),
        path: setting.path,
        raw: setting.raw,
        what,
      }

const plain = (text: string): Asked['items'][number] => ({ text, value: text })

/** The portable key holds all sorts: which one an address is depends on its form and on the scheme. */
function portableAddresses(wish: Wish): Pick<AddressesAsked, 'elastic' | 'private' | 'ipv6'> {
  const setting = wish.settings.address
  const of = (what: string, items: Asked['items']): Asked | undefined =>
    setting === undefined || items.length === 0
      ? undefined
      : { items, path: setting.path, raw: setting.raw, what }
  const all = setting?.value ?? []
  const ipv4 = all.filter((text) => /^\d+\./.test(text))
  const elastic = all
    .filter((text) => text.startsWith('eipalloc-') || (wish.scheme !== 'internal' && ipv4.includes(text)))
    .map((text) =>
      text.startsWith('eipalloc-')
        ? plain(text)
        : {
            text,
            value: elasticByAddress(wish.context, text) ?? unknown(`the allocation id of ${text}`),
          },
    )
  return {
    elastic: of('elastic addresses', elastic),
    private: of('private addresses', wish.scheme === 'internal' ? ipv4.map(plain) : []),
    ipv6: of('IPv6 addresses', all.filter((text) => text.includes(':')).map(plain)),
  }
}

const refuse = (path: string, raw: string, message: string, hint: string): Problem =>
  error('LB_AWS_ADDRESS_KIND', path, message, { value: raw, hint })

type Sorts = Pick<AddressesAsked, 'elastic' | 'private' | 'ipv6' | 'prefixes'>

/** Sorts of addresses that this load balancer cannot have. */
function misfits({ scheme, families, settings }: Wish, asked: Sorts): readonly Problem[] {
  const dual = families.addressType === 'dualstack'
  const natOn = settings.ipv6SourceNat?.value === 'on'
  const needsDual = 'set aws-load-balancer-ip-address-type: dualstack'
  const problems: Problem[] = []
  if (asked.elastic !== undefined && scheme === 'internal')
    problems.push(
      refuse(
        asked.elastic.path,
        asked.elastic.raw,
        'an internal load balancer has no elastic addresses',
        'remove them, or set aws-load-balancer-scheme: internet-facing',
      ),
    )
  if (asked.private !== undefined && scheme !== 'internal')
    problems.push(
      refuse(
        asked.private.path,
        asked.private.raw,
        'the private addresses of an internet-facing load balancer cannot be chosen',
        'remove them, or set aws-load-balancer-scheme: internal',
      ),
    )
  if (asked.ipv6 !== undefined && !dual)
    problems.push(
      refuse(asked.ipv6.path, asked.ipv6.raw, 'the load balancer has IPv4 addresses only', needsDual),
    )
  const nat = settings.ipv6SourceNat
  if (nat?.value === 'on' && !dual)
    problems.push(
      refuse(nat.path, nat.raw, 'only a dual-stack load balancer has prefixes for source NAT', needsDual),
    )
  if (asked.prefixes !== undefined && (!dual || !natOn))
    problems.push(
      refuse(
        asked.prefixes.path,
        asked.prefixes.raw,
        dual
          ? 'prefixes for source NAT are given, but they are not switched on'
          : 'only a dual-stack load balancer has prefixes for source NAT',
        dual ? 'set aws-load-balancer-enable-prefix-for-ipv6-source-nat: "on"' : needsDual,
      ),
    )
  return problems
}

function repeated(asked: Sorts): readonly Problem[] {
  return Object.values(asked).flatMap((one): readonly Problem[] => {
    if (one === undefined) return []
    const texts = one.items.map(({ text }) => text).filter((text) => text !== 'auto_assigned')
    return [...new Set(texts.filter((text, at) => texts.indexOf(text) !== at))].map((text) =>
      error('LB_AWS_ADDRESS_TWICE', one.path, `${text} is given twice`, {
        value: text,
        accepted: 'each once',
      }),
    )
  })
}
