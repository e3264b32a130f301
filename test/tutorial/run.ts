/**
 * Carries out a tutorial as it stands: types its commands, and compares what they print with what the page shows. With a
 * file as argument that one, else all that are made for it.
 */
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { differs } from './compare-output.ts'
import { readTutorial, type Piece } from './read-tutorial.ts'
import { Shell } from './shell.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = process.argv[2] ?? 'docs/tutorial/connecting-applications-with-services.md'
const kubectl = process.env['KUBECTL']
const env = {
  ...process.env,
  ...(kubectl === undefined ? {} : { PATH: `${dirname(kubectl)}:${process.env['PATH']}` }),
}

/** Answers what is wrong, or nothing. */
async function carryOut(shell: Shell, { commands, printed, terminal }: Piece): Promise<string | undefined> {
  if (terminal !== undefined) {
    const answers = await shell.converse(commands, terminal)
    const wrong = terminal
      .filter(({ typed }) => typed !== 'exit')
      .map(({ answer }, index) => differs(answer, answers[index] ?? ''))
      .find((text) => text !== undefined)
    return wrong === undefined ? undefined : `${wrong}\n${answers.join('\n')}`
  }
  const out = await shell.run(commands)
  const wrong = printed === undefined ? undefined : differs(printed, out)
  return wrong === undefined ? undefined : `${wrong}\nprinted:\n${out}`
}

const shell = new Shell(root, env)
const began = Date.now()
let carriedOut = 0
let failed = 0
try {
  for (const piece of readTutorial(readFileSync(`${root}/${page}`, 'utf8'))) {
    const wrong = await carryOut(shell, piece)
    carriedOut++
    const [first = ''] = piece.commands.split('\n')
    console.log(`${wrong === undefined ? 'ok    ' : 'FAILED'} ${page}:${piece.line}  ${first}`)
    if (wrong === undefined) continue
    failed++
    console.log(wrong.replaceAll(/^/gm, '         '))
  }
} finally {
  // A sandbox that the page has started and not stopped, because it did not come so far.
  await shell
    .run('cd "$OLDPWD"; npx lb-controller sandbox stop --name tutorial >/dev/null 2>&1; true')
    .catch(() => '')
  shell.close()
}
console.log(
  `${carriedOut} pieces carried out in ${Math.round((Date.now() - began) / 1000)} s, ${failed} failed`,
)
process.exit(failed === 0 ? 0 : 1)
