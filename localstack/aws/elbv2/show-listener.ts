import type { Listener as ListenerShape, ProtocolEnum } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Listener } from '../state/records.ts'

export function showListener(listener: Listener): ListenerShape {
  const [only, ...more] = listener.forwards
  const [certificate] = listener.certificates
  return {
    ListenerArn: listener.arn,
    LoadBalancerArn: listener.loadBalancerArn,
    Port: listener.port,
    Protocol: listener.protocol as ProtocolEnum,
    ...(listener.sslPolicy === undefined ? {} : { SslPolicy: listener.sslPolicy }),
    ...(certificate === undefined ? {} : { Certificates: [{ CertificateArn: certificate }] }),
    ...(listener.alpn === undefined ? {} : { AlpnPolicy: [listener.alpn] }),
    DefaultActions: [
      {
        Type: 'forward',
        Order: 1,
        ...(more.length === 0 ? { TargetGroupArn: only?.targetGroupArn } : {}),
        ForwardConfig: {
          TargetGroups: listener.forwards.map((forward) => ({
            TargetGroupArn: forward.targetGroupArn,
            Weight: forward.weight,
          })),
          TargetGroupStickinessConfig: {
            Enabled: listener.stickySeconds !== undefined,
            ...(listener.stickySeconds === undefined ? {} : { DurationSeconds: listener.stickySeconds }),
          },
        },
      },
    ],
  }
}
