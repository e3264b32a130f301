import type { World } from './state/world.ts'

/**
 * Decides one call at once: it reads the world, refuses by throwing an AwsFault, or changes the world and answers.
 * Inputs have passed the model's check, so what it requires is there and of the right type.
 */
export type Action<Input, Output extends object> = (world: World, input: Input) => Output

// Tables hold actions of every input; the check by schema before the call is what makes this safe.
export type Actions = Readonly<Record<string, (world: World, input: never) => object>>
