import type { Command, Option } from 'commander'
import { nodeProxyTable } from '../config/node-proxy-settings.ts'
import { controllerTable } from '../config/schema.ts'
import { flagOf } from '../config/setting-table.ts'
import { liveProviders, providers } from '../provider/names.ts'
import { helpEnd, oneOf, type AddCommand, type OneOf } from './context.ts'

type Shell = 'bash' | 'zsh' | 'fish'

export const addCompletion: AddCommand = (program, { io }) => {
  program
    .command('completion')
    .summary('completion for a shell')
    .description('Writes a script that makes a shell complete commands, options and their values.')
    .argument('<shell>', 'bash, zsh or fish', oneOf(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      helpEnd({
        examples: [
          'lb-controller completion bash > ~/.local/share/bash-completion/completions/lb-controller',
          'lb-controller completion fish > ~/.config/fish/completions/lb-controller.fish',
        ],
      }),
    )
    .action((shell: Shell) => io.out(scripts[shell](vocabularyOf(program))))
}

interface Word {
  readonly text: string
  readonly doc: string
}

interface OptionWords extends Word {
  readonly short: string | undefined
  readonly takesValue: boolean
  /** What its value can be; empty means a file. */
  readonly values: readonly string[]
}

interface CommandWords extends Word {
  readonly options: readonly OptionWords[]
  /** What an argument can be; empty means files. */
  readonly values: readonly string[]
}

interface Vocabulary {
  readonly name: string
  readonly commands: readonly CommandWords[]
}

const argumentValues: Readonly<Record<string, readonly string[]>> = { completion: ['bash', 'zsh', 'fish'] }

/** What settings take where that is a word of a few, by their flags. */
const settingValues = new Map(
  [controllerTable, nodeProxyTable].flatMap(({ settings }) =>
    [...settings].map(([path, { options = [] }]) => [flagOf(path), options] as const),
  ),
)

/** A plan can be made for more clouds than can be run on. */
const planned: ReadonlySet<string> = new Set(['dry-run', 'annotations'])

function valuesOf(command: string, { long = '', parseArg }: Option): readonly string[] {
  if (long === '--provider') return planned.has(command) ? providers : liveProviders
  const { accepted } = (parseArg ?? {}) as Partial<OneOf<string>>
  return accepted ?? settingValues.get(long) ?? []
}

function vocabularyOf(program: Command): Vocabulary {
  return {
    name: program.name(),
    commands: program.commands.map((command) => ({
      text: command.name(),
      doc: command.summary(),
      values: argumentValues[command.name()] ?? [],
      options: command.options.map((option) => ({
        text: option.long ?? option.flags,
        doc: option.description,
        short: option.short,
        takesValue: option.required,
        values: valuesOf(command.name(), option),
      })),
    })),
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`

const scripts: Readonly<Record<Shell, (words: Vocabulary) => string>> = {
  bash: ({ name, commands }) => `# ${name} completion for bash
_lb_controller() {
  local current=\${COMP_WORDS[COMP_CWORD]} words values
  COMPREPLY=()
  if (( COMP_CWORD > 2 )); then
    case "\${COMP_WORDS[1]} \${COMP_WORDS[COMP_CWORD-1]}" in
${commands
  .flatMap(({ text, options }) =>
    options
      .filter(({ values }) => values.length > 0)
      .map(
        (option) =>
          `      ${[option.text, option.short]
            .filter((flag) => flag !== undefined)
            .map((flag) => `'${text} ${flag}'`)
            .join('|')}) values='${option.values.join(' ')}' ;;`,
      ),
  )
  .join('\n')}
    esac
    [[ -n $values ]] && { COMPREPLY=($(compgen -W "$values" -- "$current")); return; }
  fi
  if (( COMP_CWORD == 1 )); then
    words='${commands.map(({ text }) => text).join(' ')} --version --help'
  else
    case \${COMP_WORDS[1]} in
${commands
  .map(
    ({ text, options, values }) =>
      `      ${text}) words='${[...values, ...options.map((option) => option.text), '--help'].join(' ')}' ;;`,
  )
  .join('\n')}
    esac
  fi
  [[ $COMP_CWORD -eq 1 || $current == -* || \${COMP_WORDS[1]} == completion ]] &&
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _lb_controller ${name}
`,
  zsh: ({ name, commands }) => `#compdef ${name}
_lb_controller() {
  local -a commands
  commands=(
${commands.map(({ text, doc }) => `    ${quoted(`${text}:${doc}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  case $words[2] in
${commands
  .map(({ text, options, values }) => {
    const flags = options.map((option) =>
      quoted(
        `*${option.text}[${option.doc.replaceAll(/[[\]:]/g, ' ')}]${option.takesValue ? `:value:${option.values.length > 0 ? `(${option.values.join(' ')})` : '_files'}` : ''}`,
      ),
    )
    const files = values.length === 0 ? "'*:file:_files'" : `'1:value:(${values.join(' ')})'`
    return `    ${text}) shift words; (( CURRENT-- )); _arguments ${[...flags, files].join(' ')} ;;`
  })
  .join('\n')}
  esac
}
compdef _lb_controller ${name}
`,
  fish: ({ name, commands }) =>
    [
      `# ${name} completion for fish`,
      ...commands.flatMap(({ text, doc, options, values }) => [
        `complete -c ${name} -n __fish_use_subcommand -f -a ${text} -d ${quoted(doc)}`,
        ...options.map(
          (option) =>
            `complete -c ${name} -n '__fish_seen_subcommand_from ${text}' -l ${option.text.replace(/^--/, '')}${option.takesValue ? ` -r${option.values.length > 0 ? ` -f -a '${option.values.join(' ')}'` : ''}` : ''} -d ${quoted(option.doc)}`,
        ),
        ...(values.length === 0
          ? []
          : [`complete -c ${name} -n '__fish_seen_subcommand_from ${text}' -f -a '${values.join(' ')}'`]),
      ]),
    ].join('\n') + '\n',
}
