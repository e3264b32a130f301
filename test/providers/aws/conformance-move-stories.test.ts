import { crashStories, storyTurns } from '../../conformance/crash.ts'
import { moveStories } from './move-stories.ts'
import { aws } from './subject.ts'

/** The one that keeps its address, whole; the others and every turn of them are in test/long. */
const sample = moveStories.filter(({ name }) => name === 'another protocol of targets')
const taken = sample.map((story) => ({
  ...story,
  turns: (story.turns ?? []).filter(({ name }) => name === 'taken back' || name === 'deleted'),
}))

crashStories(aws, sample)
storyTurns(aws, taken)
