import { crashStories, meanwhileStory } from '../../conformance/crash.ts'
import { otherPods, podStories } from './pod-stories.ts'
import { aws } from './subject.ts'

crashStories(aws, podStories)
for (const story of podStories.slice(0, 2)) meanwhileStory(aws, story, otherPods)
