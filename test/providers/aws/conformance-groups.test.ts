import { crashStories } from '../../conformance/crash.ts'
import { groupStories } from './group-stories.ts'
import { aws } from './subject.ts'

crashStories(aws, groupStories)
