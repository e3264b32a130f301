import type { Service } from '../switches.ts'
import type { Member, ScalarKind, Shape } from './shape.ts'

/** A dotted form key by key: `Filter.1.Value.2=x` is x under Filter, 1, Value, 2. */
interface Node {
  text?: string
  readonly inner: Map<string, Node>
}

/** Reads a Query form into the SDK's shape of the call. Keys the model does not know stay, to be refused. */
export function decodeQuery(service: Service, shape: Shape, form: URLSearchParams): object {
  const root: Node = { inner: new Map() }
  for (const [key, value] of form) {
    if (key !== 'Action' && key !== 'Version') plant(root, key.split('.'), value)
  }
  return decode(service, shape, root) as object
}

function plant(root: Node, path: readonly string[], text: string): void {
  let node = root
  for (const step of path) {
    const next = node.inner.get(step) ?? { inner: new Map<string, Node>() }
    node.inner.set(step, next)
    node = next
  }
  node.text = text
}

function decode(service: Service, shape: Shape, node: Node): unknown {
  if (shape.kind === 'list') return decodeList(service, shape.item, node)
  if (shape.kind === 'structure') return decodeStructure(service, shape.members, node)
  // A key with keys below it is no scalar; the check of the input says so.
  return node.inner.size > 0 ? {} : decodeText(shape.kind, node.text ?? '')
}

/** Text that does not read as what it should be stays text, for the check of the input to refuse. */
function decodeText(kind: ScalarKind, text: string): unknown {
  if (kind === 'number') return /^-?\d+$/.test(text) ? Number(text) : text
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  if (kind === 'timestamp') return new Date(text)
  return kind === 'blob' ? Buffer.from(text, 'base64') : text
}

/** EC2 numbers the items right away, both ELBs below "member"; `Key=` alone is the empty list. */
function decodeList(service: Service, item: Member, node: Node): unknown {
  if (node.inner.size === 0) return node.text === '' ? [] : node.text
  const below = service === 'ec2' ? node : node.inner.get(item.xmlName ?? 'member')
  const numbered = [...(below?.inner ?? [])].toSorted(([a], [b]) => Number(a) - Number(b))
  if (numbered.length === 0 || numbered.some(([key]) => !/^\d+$/.test(key))) return {}
  return numbered.map(([, inner]) => decode(service, item.shape(), inner))
}

function decodeStructure(service: Service, members: readonly Member[], node: Node): unknown {
  const byKey = new Map(members.map((member) => [formKey(service, member), member]))
  const entries = [...node.inner].map(([key, inner]): [string, unknown] => {
    const member = byKey.get(key)
    return member === undefined
      ? [key, inner.text ?? {}]
      : [member.name, decode(service, member.shape(), inner)]
  })
  return Object.fromEntries(entries)
}

function formKey(service: Service, member: Member): string {
  const name = member.xmlName ?? member.name
  if (service !== 'ec2') return name
  return member.queryName ?? name.charAt(0).toUpperCase() + name.slice(1)
}
