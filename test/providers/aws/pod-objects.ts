/** Asks for pods as targets. */
export const ofPods = { 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip' }

/** One port, which the pods that bear `app: web` answer on 8080. */
export const podSpec = {
  ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }],
  selector: { app: 'web' },
}

export const podGate = 'target-health.lb-controller.io/web'

/** In a private subnet of one of three zones. */
export const podAddress = (n: number): string => `10.0.${10 + (n % 3)}.${Math.floor(n / 3) + 4}`
