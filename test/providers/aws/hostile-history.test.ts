import { propertySuite } from '../../conformance/property.ts'
import { aws } from './subject.ts'

propertySuite(aws, 6)
