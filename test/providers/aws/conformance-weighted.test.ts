import { crashStories } from '../../conformance/crash.ts'
import { aws } from './subject.ts'
import { weightedStories } from './weighted-stories.ts'

crashStories(aws, weightedStories)
