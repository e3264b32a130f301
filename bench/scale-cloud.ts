/**
 * An AWS account of as many Services as are asked for, told by a formula: each has what the first one has, under names,
 * ids and ports of its own. The first is made by the controller on the strict server; nothing is kept for the others.
 */
import type { Cloud } from '../localstack/aws/cloud.ts'
import { type Action, actions, type AwsApi, type Calls } from '../providers/aws/api.ts'
import type { Clock } from '../src/lib/clock.ts'
import { ProviderError } from '../src/provider/errors.ts'
import { instanceId } from '../test/support/bed.ts'

/** What of the n-th Service is not as with the first. */
export interface Own {
  readonly name: string
  readonly uid: string
  readonly nodePort: number
  /** The ends of the names of its load balancer and its target group. */
  readonly balancer: string
  readonly group: string
}

type Json = Readonly<Record<string, unknown>>

/** Digits of ours in an id: what is left of it tells whose it is. */
const digits = 8

export class FormulaCloud implements AwsApi {
  readonly #cloud: Cloud
  readonly #clock: Clock
  readonly #own: readonly Own[]
  readonly #ids: readonly string[]
  readonly #pattern: RegExp
  readonly #texts = new Map<string, string>()
  /** Groups that the strict server made for the Services that it knows. */
  readonly #made: ReadonlySet<string>
  readonly #first: {
    readonly balancer: string
    readonly target: string
    readonly listener: string
    readonly sg: string
  }
  /** As many nodes are targets of every group. */
  nodes: number
  calls = 0
  /** Pages of load balancers and target groups. */
  lists = 0
  latencyMs = 0
  /** Hears of every write; what it throws is answered, else it counts as done. */
  onWrite: (action: Action, input: Json) => void = (action) => {
    throw new Error(`${action} was not expected`)
  }

  constructor(cloud: Cloud, clock: Clock, own: readonly Own[], nodes: number) {
    this.#clock = clock
    this.#cloud = cloud
    this.#own = own
    this.nodes = nodes
    const { world } = cloud
    const [one] = own
    if (one === undefined) throw new Error('there is no Service')
    const balancer = only(world.loadBalancers.list(), ({ name }) => name.endsWith(one.balancer)).arn
    const target = only(world.targetGroups.list(), ({ name }) => name.endsWith(one.group)).arn
    const listener = only(world.listeners.list(), ({ loadBalancerArn }) => loadBalancerArn === balancer).arn
    const groups = (
      this.#ask('ec2', 'DescribeSecurityGroups', {}) as {
        SecurityGroups: { GroupId: string; GroupName: string }[]
      }
    ).SecurityGroups
    const sg = only(groups, ({ GroupName }) => GroupName.includes(one.balancer)).GroupId
    this.#first = { balancer, target, listener, sg }
    this.#made = new Set(
      groups.filter(({ GroupName }) => GroupName.endsWith('-clients')).map(({ GroupId }) => GroupId),
    )
    const rules = this.#rulesOf(sg).map(({ SecurityGroupRuleId }) => String(SecurityGroupRuleId))
    this.#ids = [last(balancer), last(target), last(listener), sg, ...rules]
    const words = [...this.#ids, one.name, one.uid, one.balancer, one.group]
    this.#pattern = new RegExp(`${words.join('|')}|\\b${one.nodePort}\\b`, 'g')
  }

  async call<A extends Action>(action: A, input: Calls[A]['input']): Promise<Calls[A]['output']> {
    this.calls++
    await this.#clock.sleep(this.latencyMs)
    const answer = this.#answer(action, input as Json)
    return answer as Calls[A]['output']
  }

  #answer(action: Action, input: Json): unknown {
    const { service, operation, mutating } = actions[action]
    if (mutating) {
      this.onWrite(action, input)
      return {}
    }
    switch (action as string) {
      case 'DescribeLoadBalancers':
        return this.#described(input, 'LoadBalancers', 'LoadBalancerArns', this.#first.balancer)
      case 'DescribeTargetGroups':
        return this.#described(input, 'TargetGroups', 'TargetGroupArns', this.#first.target)
      case 'DescribeTags': {
        const arns = input['ResourceArns'] as readonly string[]
        return { TagDescriptions: arns.map((arn) => this.#tags(arn)) }
      }
      case 'DescribeTargetHealth':
        return this.#health(numberIn(String(input['TargetGroupArn'])))
      case 'DescribeSecurityGroups':
      case 'DescribeSecurityGroupRules':
        return this.#inGroups(operation, input)
      case 'DescribeInstances':
      case 'DescribeSubnets':
      case 'DescribeVpcs':
      case 'DescribeRouteTables':
      case 'elb:DescribeLoadBalancers':
        return this.#ask(service, operation, input)
      default:
        return this.#ofOne(action, input)
    }
  }

  #ask(service: Parameters<Cloud['byHand']>[0], action: string, input: Json): Json {
    return this.#cloud.byHand(service, action, input) as Json
  }

  /** What the first Service has, as the n-th has it. */
  #as(n: number, text: string): unknown {
    const [one, own] = [this.#own[0], this.#own[n]]
    if (one === undefined || own === undefined) throw new Error(`there is no Service ${n}`)
    const told = text.replace(this.#pattern, (word) => {
      if (word === one.name) return own.name
      if (word === one.uid) return own.uid
      if (word === one.balancer) return own.balancer
      if (word === one.group) return own.group
      if (word === String(one.nodePort)) return String(own.nodePort)
      return word.slice(0, -digits) + String(n).padStart(digits, '0')
    })
    return JSON.parse(told)
  }

  #text(key: string, make: () => unknown): string {
    const known = this.#texts.get(key)
    if (known !== undefined) return known
    const text = JSON.stringify(make())
    this.#texts.set(key, text)
    return text
  }

  #described(input: Json, field: string, byArn: string, first: string): Json {
    const action = `Describe${field}`
    const text = this.#text(
      field,
      () => (this.#ask('elbv2', action, { [byArn]: [first] })[field] as unknown[])[0],
    )
    const arns = input[byArn] as readonly string[] | undefined
    if (arns === undefined) this.lists++
    if (arns !== undefined) return { [field]: arns.map((arn) => this.#as(numberIn(arn), text)) }
    if (input['Names'] !== undefined) throw new Error(`${action} by name was not expected`)
    const from = Number(input['Marker'] ?? 0)
    const to = Math.min(from + Number(input['PageSize']), this.#own.length)
    const items = Array.from({ length: to - from }, (_, at) => this.#as(from + at, text))
    return { [field]: items, ...(to < this.#own.length ? { NextMarker: String(to) } : {}) }
  }

  #tags(arn: string): unknown {
    const { balancer, target, listener } = this.#first
    const first = arn.includes(':loadbalancer/') ? balancer : arn.includes(':listener/') ? listener : target
    const ask = () =>
      (this.#ask('elbv2', 'DescribeTags', { ResourceArns: [first] })['TagDescriptions'] as unknown[])[0]
    return this.#as(numberIn(arn), this.#text(`tags of ${first}`, ask))
  }

  /** Made anew for every answer, as a parser does: what is kept of it is the controller's. */
  #health(n: number): Json {
    const Port = this.#own[n]?.nodePort ?? 0
    const one = (_: unknown, at: number) => ({
      Target: { Id: instanceId(at + 1), Port },
      HealthCheckPort: String(Port),
      TargetHealth: { State: 'healthy' },
    })
    return { TargetHealthDescriptions: Array.from({ length: this.nodes }, one) }
  }

  #ofOne(action: Action, input: Json): unknown {
    const { balancer, target, listener } = this.#first
    const firsts = { LoadBalancerArn: balancer, TargetGroupArn: target, ListenerArn: listener }
    const [field] = Object.keys(firsts).filter((name) => input[name] !== undefined)
    if (field === undefined) throw new Error(`${action} ${JSON.stringify(input)} was not expected`)
    const first = { ...input, [field]: firsts[field as keyof typeof firsts] }
    const text = this.#text(action, () => this.#ask('elbv2', actions[action].operation, first))
    return this.#as(numberIn(String(input[field])), text)
  }

  #rulesOf(group: string): readonly Json[] {
    const Filters = [{ Name: 'group-id', Values: [group] }]
    const answer = this.#ask('ec2', 'DescribeSecurityGroupRules', { Filters })
    return answer['SecurityGroupRules'] as readonly Json[]
  }

  /** Groups and rules: those of the Services by the formula, those that all share from the strict server. */
  #inGroups(action: string, input: Json): Json {
    const field = action.slice('Describe'.length)
    const {
      MaxResults = 1_000,
      NextToken,
      ...what
    } = input as {
      MaxResults?: number
      NextToken?: string
      Filters?: readonly { Name: string; Values: readonly string[] }[]
      GroupIds?: readonly string[]
    }
    const [filter] = what.Filters ?? []
    const ids = what.GroupIds ?? (filter?.Name === 'group-id' ? filter.Values : undefined)
    const byTag = filter?.Name.startsWith('tag:') === true
    if (ids === undefined && !byTag) throw new Error(`${action} ${JSON.stringify(what)} was not expected`)
    const own = ids === undefined ? this.#own.map((_, n) => n) : ids.flatMap((id) => this.#numberOf(id) ?? [])
    const first = this.#text(`${action} ${byTag}`, () => {
      const asked = byTag
        ? { Filters: [filter] }
        : { Filters: [{ Name: 'group-id', Values: [this.#first.sg] }] }
      const all = this.#ask('ec2', action, asked)[field] as readonly Json[]
      return all.filter(({ GroupId }) => GroupId === this.#first.sg)
    })
    const others = ids?.filter((id) => this.#numberOf(id) === undefined)
    const asked =
      others === undefined ? { Filters: [filter] } : { Filters: [{ Name: 'group-id', Values: others }] }
    const perPage = Math.floor(MaxResults / 4)
    const from = Number(NextToken ?? 0)
    const shared =
      from > 0 || others?.length === 0
        ? []
        : (this.#ask('ec2', action, asked)[field] as readonly Json[]).filter(
            ({ GroupId }) => !this.#made.has(String(GroupId)),
          )
    const page = own.slice(from, from + perPage).flatMap((n) => this.#as(n, first) as readonly Json[])
    const next = from + perPage
    return { [field]: [...shared, ...page], ...(next < own.length ? { NextToken: String(next) } : {}) }
  }

  #numberOf(groupId: string): number | undefined {
    const { sg } = this.#first
    return groupId.length === sg.length && groupId.startsWith(sg.slice(0, -digits))
      ? Number(groupId.slice(-digits))
      : undefined
  }
}

const last = (arn: string): string => arn.split('/').at(-1) ?? ''

/** Which Service an ARN is of: its name is in it. */
function numberIn(arn: string): number {
  const found = /-s(\d{5})-/.exec(arn)?.[1]
  if (found === undefined) throw new Error(`${arn} is of no Service`)
  return Number(found)
}

function only<T>(items: readonly T[], fits: (item: T) => boolean): T {
  const found = items.filter(fits)
  const [one] = found
  if (one === undefined || found.length > 1) throw new Error(`${found.length} instead of one`)
  return one
}

/** What a write is answered that may not be made. */
export const refused = (op: string): ProviderError =>
  new ProviderError({
    kind: 'denied',
    code: 'AccessDenied',
    op,
    sent: 'no',
    message: 'not in this simulation',
  })
