/** Shares of web's connections, by weight; a name may carry a port: `next:http`. */
export const weighted = (weights: Readonly<Record<string, number>>, listener = 'TCP-80') => ({
  [`service.beta.kubernetes.io/actions.${listener}`]: JSON.stringify({
    type: 'forward',
    forwardConfig: {
      targetGroups: Object.entries(weights).map(([of, weight]) => {
        const [serviceName, servicePort = 80] = of.split(':')
        return { serviceName, servicePort, weight }
      }),
    },
  }),
})

const ports = (nodePort: number) => [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP', nodePort }]

export const webSpec = { ports: ports(30_080), selector: { app: 'web' } }

/** Another Service, on node ports. */
export const nextSpec = (nodePort = 30_090) => ({
  type: 'NodePort',
  ports: ports(nodePort),
  selector: { app: 'next' },
})
