import type { ServiceObject } from '../src/model/objects.ts'

/** A Deployment of echo servers at port 8080, with the label app. */
export const echoOf = (name: string, replicas: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [
          { name: 'echo', image: 'registry.k8s.io/echoserver:1.10', ports: [{ containerPort: 8080 }] },
        ],
      },
    },
  },
})

/** In front of the pods of a Deployment. */
export const serviceOf = (name: string, app: string): ServiceObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: { type: 'LoadBalancer', selector: { app }, ports: [{ port: 80, targetPort: 8080 }] },
})
