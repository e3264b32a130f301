/** A user's own kubectl, our API server, the built controller and AWS over HTTP: the whole road as people walk it. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openStage } from '../../localstack/stage.ts'

const kubectl = process.env['KUBECTL']
const example = (name: string): string =>
  fileURLToPath(new URL(`../../manifests/examples/${name}`, import.meta.url))
const skip =
  kubectl === undefined ? 'KUBECTL names no kubectl: KUBECTL=$(node scripts/kubectl.mjs) npm run e2e' : false

test(
  'kubectl apply, get, describe, patch, annotate and delete on a running controller',
  { skip },
  async () => {
    const stage = await openStage()
    const k = async (...args: string[]): Promise<string> =>
      (await promisify(execFile)(kubectl ?? '', args, { env: stage.env })).stdout
    const condition = '--for=condition=lb-controller.io/Ready'
    try {
      for (const n of [1, 2, 3]) stage.addNode(n)
      const controller = stage.start()
      await k('apply', '-f', example('nlb.yaml'))
      await k('wait', condition, 'svc/edge', '-n', 'shop', '--timeout=120s')
      assert.match(
        await k('get', 'svc', '-n', 'shop'),
        /edge +LoadBalancer +[\d.]+ +k8s-shop-edge-[0-9a-f]+-[0-9a-f]+\.elb\.us-east-1\.amazonaws\.com +80:\d+\/TCP/,
      )
      // Events go their own way, and may come after the condition.
      let described = ''
      for (let tries = 0; tries < 100 && !described.includes('EnsuredLoadBalancer'); tries++) {
        described = await k('describe', 'svc', 'edge', '-n', 'shop')
        await sleep(100)
      }
      assert.match(described, /EnsuringLoadBalancer .*service-controller +Ensuring load balancer/)
      assert.match(described, /EnsuredLoadBalancer .*service-controller +Ensured load balancer/)

      await k(
        'annotate',
        'svc',
        'edge',
        '-n',
        'shop',
        'service.beta.kubernetes.io/aws-load-balancer-healthcheck-interval=7000',
      )
      await k('wait', `${condition}=False`, 'svc/edge', '-n', 'shop', '--timeout=120s')
      const message = await k(
        'get',
        'svc',
        'edge',
        '-n',
        'shop',
        '-o',
        'jsonpath={.status.conditions[?(@.type=="lb-controller.io/Ready")].message}',
      )
      assert.match(
        message,
        /LB_ANNOTATION_INTEGER at metadata\.annotations\["service\.beta\.kubernetes\.io\/aws-load-balancer-healthcheck-interval"\].*7000.*accepted: /,
      )
      const told = await stage.command(['status', 'svc/edge', '-n', 'shop'])
      assert.equal(told.code, 1)
      assert.match(told.out, /shop\/edge {2}EXTERNAL-IP k8s-shop-edge-/)
      assert.match(told.out, /not ready \(LB_ANNOTATION_INTEGER\)/)

      await k(
        'annotate',
        'svc',
        'edge',
        '-n',
        'shop',
        'service.beta.kubernetes.io/aws-load-balancer-healthcheck-interval-',
      )
      await k('wait', condition, 'svc/edge', '-n', 'shop', '--timeout=120s')
      await k('delete', '-f', example('nlb.yaml'), '--wait', '--timeout=120s')
      const { loadBalancers, targetGroups } = stage.cloud.dump() as Record<string, object>
      assert.deepEqual({ loadBalancers, targetGroups }, { loadBalancers: {}, targetGroups: {} })
      controller.process.kill('SIGTERM')
      assert.equal(await controller.ended, 0, controller.output())
    } finally {
      await stage.close()
    }
  },
)
