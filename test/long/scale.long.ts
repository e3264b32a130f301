import { test } from 'node:test'
import { nodeReplaced, scaleBars } from '../providers/aws/scale.ts'

test('aws: 1,000 Services', (t) => scaleBars(t, 1_000))

test('aws: 1,000 Services on 100 nodes, one of them replaced', (t) => nodeReplaced(t, 1_000, 100))
