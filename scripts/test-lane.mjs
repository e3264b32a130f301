// Loads the test files that a process was dealt. Node's own loading under --test-isolation=none says nothing about a
// file that cannot be loaded or throws while it is: its tests would be missing, and the run would pass.
import { resolve } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { configureGlobal } from 'fast-check'

// One for the gate, which a day of the year must not close; FUZZ_SEED looks elsewhere, and so does a file run alone.
configureGlobal({ seed: Number(process.env.FUZZ_SEED ?? 1) })

for (const file of JSON.parse(process.env.LB_CONTROLLER_TEST_FILES))
  try {
    await import(pathToFileURL(resolve(file)).href)
  } catch (error) {
    test(`${file} can be loaded`, () => {
      throw error
    })
  }
