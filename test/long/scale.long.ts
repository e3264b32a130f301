import { test } from 'node:test'
import { scaleBars } from '../providers/aws/scale.ts'

test('aws: 1,000 Services', (t) => scaleBars(t, 1_000))
