import { portableRow } from '../../src/model/annotation-row.ts'
import type { AnnotationTable } from '../../src/model/annotations.ts'
import { portable } from '../../src/model/portable.ts'
import { text } from '../../src/model/value-text.ts'

const beta = 'service.beta.kubernetes.io/'
const layer4 = 'load balancers of Azure work on layer 4 and never see inside TLS; end it in the pods'

/** Keys that have no effect here, each with the reason. */
export const otherAnnotations: AnnotationTable = {
  mode: {
    key: `${beta}azure-load-balancer-mode`,
    type: text({ accepts: '__auto__, or the name of a set of machines' }),
    verdict: {
      is: 'ignored',
      why: 'only Basic load balancers were chosen by set of machines, and Azure has retired those; azure-load-balancer-configurations chooses among several standard ones',
    },
    doc: 'Which of the Basic load balancers takes the Service.',
    default: 'as if it were not there',
    example: '__auto__',
  },
  sharedSecurityRule: {
    key: `${beta}azure-shared-securityrule`,
    type: text({ accepts: 'true or false' }),
    verdict: {
      is: 'ignored',
      why: 'the key was removed from the controller for Azure; rules that are equal are shared anyway',
      harmless: ['true'],
    },
    doc: 'Whether Services share rules of the security group.',
    default: 'as if it were not there',
    example: 'true',
  },
  tlsCertificate: portableRow(portable.tlsCertificate, {
    default: 'no TLS',
    verdict: { is: 'refused', why: layer4 },
  }),
  tlsPorts: portableRow(portable.tlsPorts, { default: 'no TLS', verdict: { is: 'refused', why: layer4 } }),
  tlsPolicy: portableRow(portable.tlsPolicy, { default: 'no TLS', verdict: { is: 'refused', why: layer4 } }),
  targetType: portableRow(portable.targetType, {
    default: 'instance',
    verdict: {
      is: 'refused',
      why: 'a load balancer of Azure sends to nodes; its pools of pod addresses are not for Services',
      harmless: ['instance'],
    },
  }),
  healthCheckTimeout: portableRow(portable.healthCheckTimeout, {
    default: 'the interval',
    verdict: {
      is: 'ignored',
      why: 'a probe of Azure has failed when no answer came before the next one; there is no number of its own for it',
    },
  }),
  healthyThreshold: portableRow(portable.healthCheckHealthyThreshold, {
    default: 'the unhealthy threshold',
    verdict: {
      is: 'ignored',
      why: 'Azure has one number for both ways; lb-controller.io/health-check-unhealthy-threshold sets it',
    },
  }),
  crossZone: portableRow(portable.crossZone, {
    default: 'true',
    verdict: {
      is: 'refused',
      why: 'a standard load balancer always sends to the nodes of all zones',
      harmless: ['true', 't', '1'],
    },
  }),
  targetNodeLabels: portableRow(portable.targetNodeLabels, {
    default: 'all nodes',
    verdict: {
      is: 'refused',
      why: 'all Services of a load balancer share its pool of nodes; a nodeSelector of a configured load balancer chooses nodes for all of them',
    },
  }),
}
