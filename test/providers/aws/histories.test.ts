import { found } from './found-histories.ts'
import { foundSuite, historySuite } from './history-suite.ts'

foundSuite(found)
historySuite(3)
