import { test } from 'node:test'
import { hostileBar, layouts } from '../providers/aws/hostile.ts'

for (const layout of Object.keys(layouts))
  test(`aws: 100 Services (${layout}), three nodes join in a hostile cloud`, (t) =>
    hostileBar(t, layout, 100))
