import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const folder = import.meta.dirname

/** What portable values are called on each cloud. */
export const words: Readonly<
  Record<string, Readonly<Record<'ADDRESS' | 'CERTIFICATE' | 'POLICY' | 'SUBNET', string>>>
> = {
  aws: {
    ADDRESS: 'eipalloc-1, eipalloc-2',
    CERTIFICATE: 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
    POLICY: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
    SUBNET: 'private-a',
  },
  gcp: { ADDRESS: 'edge', CERTIFICATE: 'shop-certificate', POLICY: 'modern-tls', SUBNET: 'inside' },
  azure: { ADDRESS: '203.0.113.10', CERTIFICATE: 'shop-certificate', POLICY: 'modern-tls', SUBNET: 'inside' },
  openstack: {
    ADDRESS: '203.0.113.10',
    CERTIFICATE: 'https://barbican.example/v1/containers/12345678-1234-1234-1234-123456789012',
    POLICY: 'TLSv1.2',
    SUBNET: '11111111-aaaa-bbbb-cccc-222222222222',
  },
  local: { ADDRESS: '203.0.113.10', CERTIFICATE: 'web-tls', POLICY: 'TLSv1.3', SUBNET: 'inside' },
}

export interface Feature {
  readonly name: string
  /** The comment on the first line of its Service. */
  readonly title: string
  readonly text: string
}

/** One folder for each feature: a Service that asks for it, and what each cloud makes of it. */
export const features: readonly Feature[] = readdirSync(folder)
  .filter((name) => existsSync(join(folder, name, 'service.yaml')))
  .toSorted()
  .map((name) => {
    const text = readFileSync(join(folder, name, 'service.yaml'), 'utf8')
    return { name, title: (/^# (.*)\.$/m.exec(text) ?? [])[1] ?? name, text }
  })

export const goldenOf = (feature: string, cloud: string): string => join(folder, feature, `${cloud}.txt`)

export const notSupported = 'NOT_SUPPORTED: '
