import type { Problem } from '../model/problem.ts'
import type { Action } from './plan.ts'

export type Style = Action | 'heading' | 'dim' | Problem['severity']
export type Paint = (style: Style, text: string) => string

export interface View {
  readonly paint: Paint
  readonly maxParts: number
  readonly brief: boolean
}

export const marks: Readonly<Record<Action, string>> = { create: '+', update: '~', repair: '±', delete: '-' }
