/**
 * The main job as a story: a Service gets a network load balancer, survives a typo, a new node and a killed controller,
 * and leaves nothing behind. Everything runs on loopback; only the controller is the real, built program.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'
import { BrokenConnection } from '../localstack/aws/fault.ts'
import { openStage, type Controller, type Stage } from '../localstack/stage.ts'
import type { ServiceObject } from '../src/model/objects.ts'
import { chapter, line, quote, shell, table } from './demo/show.ts'

const file = 'manifests/examples/nlb.yaml'
const web = { namespace: 'shop', name: 'edge' }
const annotation = 'service.beta.kubernetes.io/aws-load-balancer-'
/** Nothing here takes longer; a story that does is broken. */
const patienceMs = 90_000

async function until(what: string, done: () => boolean): Promise<void> {
  const end = Date.now() + patienceMs
  while (!done()) {
    if (Date.now() > end) throw new Error(`this did not happen within ${patienceMs / 1000} s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

const edge = (stage: Stage): ServiceObject | undefined => stage.cluster.state.find('services', web)
const condition = (stage: Stage) =>
  edge(stage)?.status?.conditions?.find((one) => one.type === 'lb-controller.io/Ready')
const writes = (stage: Stage): readonly string[] =>
  stage.cloud.log.filter((call) => call.mutating && call.outcome === 'ok').map((call) => call.action)

function counted(actions: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const action of actions) counts.set(action, (counts.get(action) ?? 0) + 1)
  return [...counts].map(([action, count]) => (count === 1 ? action : `${action} x ${count}`)).join(', ')
}

const whys = (controller: Controller): readonly string[] =>
  [...controller.output().matchAll(/step done .*?step="(.+?) @.*?" why="(.+?)" /g)].map(
    ([, step, why]) => `${step}: ${why}`,
  )

function showEvents(stage: Stage): void {
  const { items } = stage.cluster.state.list('events', { namespace: 'shop' })
  table([
    ['TYPE', 'REASON', 'MESSAGE'],
    ...items.map((event) => [event.type ?? '', event.reason ?? '', event.message ?? '']),
  ])
}

function showService(stage: Stage): void {
  shell('kubectl get svc -n shop')
  const service = edge(stage)
  const ports = (service?.spec?.ports ?? [])
    .map((port) => `${port.port}:${port.nodePort}/${port.protocol}`)
    .join(',')
  const address = service?.status?.loadBalancer?.ingress?.[0]?.hostname ?? '<pending>'
  table([
    ['NAME', 'TYPE', 'CLUSTER-IP', 'EXTERNAL-IP', 'PORT(S)'],
    ['edge', service?.spec?.type ?? '', service?.spec?.clusterIP ?? '', address, ports],
  ])
}

async function create(stage: Stage): Promise<Controller> {
  chapter('A cluster and an AWS on this machine, and the controller in front of them')
  for (const n of [1, 2, 3]) stage.addNode(n)
  line(`API server    ${stage.cluster.url}   three nodes`)
  line(`EC2 and ELBv2 ${stage.cloudUrl}   a VPC over three zones`)
  shell('lb-controller run --provider aws')
  const controller = stage.start()
  await until('the controller takes charge', () => controller.output().includes('taking charge'))
  line('it leads, and has listed what exists: nothing')

  chapter('What would this file become? No cluster and no credentials are asked')
  shell(`lb-controller dry-run ${file} --provider aws`)
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url))
  quote((await stage.command(['dry-run', path, '--provider', 'aws'])).out)

  chapter('Now for real')
  shell(`kubectl apply -f ${file}`)
  for (const document of parseAllDocuments(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'))) {
    const object = document.toJS() as ServiceObject
    stage.cluster.state.create(object.kind === 'Namespace' ? 'namespaces' : 'services', object)
  }
  const began = Date.now()
  await until('the Service is ready', () => condition(stage)?.status === 'True')
  line(
    `ready after ${Date.now() - began} ms, with ${writes(stage).length} mutating calls: ${counted(writes(stage))}`,
  )
  showService(stage)
  shell('kubectl get events -n shop')
  await until(
    'both events are there',
    () => stage.cluster.state.list('events', { namespace: 'shop' }).items.length >= 2,
  )
  showEvents(stage)
  return controller
}

async function change(stage: Stage, controller: Controller): Promise<void> {
  chapter('Only our own network may reach it')
  shell(`kubectl patch svc edge -n shop -p '{"spec":{"loadBalancerSourceRanges":["10.0.0.0/8"]}}'`)
  let before = writes(stage).length
  const told = whys(controller).length
  const generation = condition(stage)?.lastTransitionTime
  stage.cluster.state.patch('services', web, { spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } })
  await until('the wide rule is gone', () =>
    writes(stage).slice(before).includes('RevokeSecurityGroupIngress'),
  )
  await until(
    'it is ready again',
    () => condition(stage)?.status === 'True' && (generation === undefined || whys(controller).length > told),
  )
  for (const why of whys(controller).slice(told)) line(why)

  chapter('A typo: one letter is missing. Nothing moves, and it says so')
  const typo = `${annotation}cross-zone-load-balancing-enable`
  shell(`kubectl annotate svc edge -n shop ${typo}=true`)
  before = writes(stage).length
  stage.cluster.state.patch('services', web, { metadata: { annotations: { [typo]: 'true' } } })
  await until('the typo is told', () => condition(stage)?.status === 'False')
  line(`${writes(stage).length - before} mutating calls; the condition says:`)
  quote(condition(stage)?.message ?? '')
  line('taken back')
  stage.cluster.state.patch('services', web, {
    metadata: { annotations: { [typo]: null } },
  })
  await until('it is ready again', () => condition(stage)?.status === 'True')

  chapter('A node joins')
  before = writes(stage).length
  stage.addNode(4)
  await until('the node is a target', () => writes(stage).slice(before).includes('RegisterTargets'))
  line(`node-4: ${counted(writes(stage).slice(before))}, and nothing else`)
}

async function destroy(stage: Stage, controller: Controller): Promise<void> {
  chapter('The controller is killed in the middle of a delete')
  // What a delete may rest on is known ten seconds after the start: AWS lists lag.
  line('(a moment: before it takes anything away, it lists a second time, ten seconds after its start)')
  await until(
    'it has listed twice',
    () => stage.cloud.log.filter((call) => call.action === 'DescribeTargetGroups').length >= 2,
  )
  shell('kubectl delete svc edge -n shop')
  const before = writes(stage).length
  stage.cloud.onCall = (call) => {
    if (call.action !== 'DeleteTargetGroup') return
    controller.process.kill('SIGKILL')
    throw new BrokenConnection('before')
  }
  stage.cluster.state.delete('services', web)
  const signal = await controller.ended
  line(`ended by ${signal}, after ${counted(writes(stage).slice(before))}: a target group is left`)
  stage.cloud.onCall = undefined
  line(`the Service is still there, held by its finalizer: ${edge(stage)?.metadata.finalizers?.join(', ')}`)
  shell('lb-controller run --provider aws')
  const successor = stage.start()
  await until('the Service is gone', () => edge(stage) === undefined)
  const { loadBalancers, targetGroups } = stage.cloud.dump() as Record<string, object>
  const rules = stage.cloud.byHand('ec2', 'DescribeSecurityGroupRules', {}) as {
    SecurityGroupRules: { Description?: string }[]
  }
  const ours = rules.SecurityGroupRules.filter(
    (rule) => rule.Description?.startsWith('kubernetes.io/rule/nlb/') === true,
  )
  const left = Object.keys({ ...loadBalancers, ...targetGroups }).length + ours.length
  line(`the Service is gone; load balancers, target groups and node rules left in the cloud: ${left}`)
  successor.process.kill('SIGTERM')
  line(`the controller was told to stop: exit code ${await successor.ended}`)
  if (left > 0) throw new Error('something was left behind')
}

const stage = await openStage()
const began = Date.now()
try {
  const controller = await create(stage)
  await change(stage, controller)
  await destroy(stage, controller)
  line(`\ntold in ${Math.round((Date.now() - began) / 1000)} s`)
} finally {
  await stage.close()
}
