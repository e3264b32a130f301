import { setFlagsFromString } from 'node:v8'

/**
 * For a command that reads, thinks and ends: V8 prepares for a process that stays.
 *
 * It makes its space for new objects larger and larger, up to 100 MB that are never given back. What it has grown to when
 * the input is read is enough for the rest: that costs no time, and a fifth to a quarter of the memory less.
 *
 * And its second compiler takes more time, beside us, than its code saves before we are done: without it 5,000 Services
 * on AWS take 1.4 s of CPU time instead of 1.6, and only from 18,000 on is there no difference.
 */
export function forShortRun(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--no-turbofan')
}

/**
 * For a process that stays beside others: most of what it keeps comes while it starts, and the space for new objects
 * that V8 makes for that would never be given back. With 10,000 Services that is 90 MB. The sooner this is said the
 * better: each megabyte of code that is loaded makes that space larger.
 *
 * undici reads HTTP with WebAssembly. To compile that for speed takes 10 MB that are not given back either, for answers
 * that are read a few times in a second.
 */
export function forSmallRun(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--no-wasm-tier-up')
  setFlagsFromString('--no-wasm-dynamic-tiering')
}

/** Of V8: those that make fast what runs often. Which Node has which of them switched on has changed before version 13. */
const optimizers = (v8: string): readonly string[] =>
  Number.parseInt(v8, 10) >= 13 ? ['turbofan', 'maglev'] : ['turbofan']

/**
 * What runs at the start runs once. To make it fast costs a process that is idle from then on 10 MB for good: the code
 * of the compilers, what they work on, and what they write. `v8` is its version.
 */
export function forQuietStart(v8: string): void {
  for (const each of optimizers(v8)) setFlagsFromString(`--no-${each}`)
}

/**
 * From here on there is work that is worth it. Also the space for new objects may grow: it does so only where much of them
 * stays, which is when somebody applies hundreds of objects, and then a space of 1 MB costs a quarter of the time.
 */
export function afterStart(v8: string): void {
  setFlagsFromString('--semi-space-growth-factor=2')
  for (const each of optimizers(v8)) setFlagsFromString(`--${each}`)
}
