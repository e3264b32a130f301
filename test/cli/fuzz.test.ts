import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { invoke } from './invoke.ts'

const good = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'edge',
    namespace: 'shop',
    annotations: { 'service.beta.kubernetes.io/aws-load-balancer-ssl-cert': 'x' },
    labels: { app: 'edge' },
  },
  spec: {
    type: 'LoadBalancer',
    ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 'web', nodePort: 30080 }],
    loadBalancerSourceRanges: ['10.0.0.0/8'],
    externalTrafficPolicy: 'Local',
    healthCheckNodePort: 30081,
    sessionAffinityConfig: { clientIP: { timeoutSeconds: 10 } },
    ipFamilies: ['IPv4'],
  },
}

/** The paths of every value in the Service, itself among them. */
const pathsOf = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? [path, ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))]
    : [path]

function replaced(value: unknown, path: readonly string[], by: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return by
  const copy = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }
  const fields = copy as Record<string, unknown>
  fields[step] = replaced(fields[step], rest, by)
  return copy
}

const dryRun = async (stdin: string, ...more: readonly string[]): Promise<void> => {
  const { code, err } = await invoke(['dry-run', '-', ...more], { stdin })
  assert.ok(code === 0 || code === 1, String(code))
  for (const line of err.split('\n').filter((text) => text !== '' && !text.startsWith('  ')))
    assert.match(line, /^<stdin>(:\d+:\d+)? LB_[A-Z_]+ (error|warning|note): \S/)
}

test('a Service with anything at all in any one place is answered', async () => {
  const mutation = fc.record({ path: fc.constantFrom(...pathsOf(good)), by: fc.jsonValue({ maxDepth: 2 }) })
  await fc.assert(
    fc.asyncProperty(mutation, ({ path, by }) => dryRun(JSON.stringify(replaced(good, path, by)))),
    { numRuns: 300 },
  )
})

test('a comparison of a Service with anything at all in any one place is answered', async () => {
  const mutation = fc.record({ path: fc.constantFrom(...pathsOf(good)), by: fc.jsonValue({ maxDepth: 2 }) })
  const form = fc.constantFrom('tree', 'json', 'html')
  await fc.assert(
    fc.asyncProperty(mutation, form, ({ path, by }, output) =>
      dryRun(JSON.stringify(replaced(good, path, by)), '--compare', '-o', output),
    ),
    { numRuns: 150 },
  )
})

test('a page and a graph of a Service with anything at all in any one place are drawn', async () => {
  const mutation = fc.record({ path: fc.constantFrom(...pathsOf(good)), by: fc.jsonValue({ maxDepth: 2 }) })
  const form = fc.constantFrom('html', 'mermaid')
  await fc.assert(
    fc.asyncProperty(mutation, form, ({ path, by }, output) =>
      dryRun(JSON.stringify(replaced(good, path, by)), '-o', output),
    ),
    { numRuns: 150 },
  )
})

const characters = Array.from(' \n\t:-[]{}&*!|>\'"%@`#,?ab0')

test('any text at all is answered', async () => {
  const yamlish = fc.string({ unit: fc.constantFrom(...characters), maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(yamlish, (text) => dryRun(text)),
    { numRuns: 300 },
  )
  await fc.assert(
    fc.asyncProperty(yamlish, (text) =>
      dryRun(`apiVersion: v1\nkind: Service\nmetadata:\n  name: edge\n${text}`),
    ),
    { numRuns: 150 },
  )
})
