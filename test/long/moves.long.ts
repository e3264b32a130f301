/** Moves, killed at every call, with every turn that what is asked for may take meanwhile. */
import { crashStories, storyTurns } from '../conformance/crash.ts'
import { moveStories } from '../providers/aws/move-stories.ts'
import { aws } from '../providers/aws/subject.ts'

crashStories(aws, moveStories)
storyTurns(aws, moveStories)
