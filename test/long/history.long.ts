import { propertySuite } from '../conformance/property.ts'
import { historySuite } from '../providers/aws/history-suite.ts'
import { aws } from '../providers/aws/subject.ts'
import { local } from '../providers/local/subject.ts'
import { toy } from '../toy/subject.ts'

propertySuite(toy, 600)
propertySuite(aws, 400)
propertySuite(local, 400)
historySuite(150)
