import type { SettingSpec } from './setting-types.ts'

/** The settings of one program. Each is a flag, a variable and an entry of its file. */
export interface SettingTable {
  /** By their path in the file. */
  readonly settings: ReadonlyMap<string, SettingSpec<unknown>>
  /** Settings whose default is decided where they are used, or nothing. */
  readonly optional: ReadonlySet<string>
  /** Maps of the file that hold settings: `aws` in `aws.region`. */
  readonly groups: ReadonlySet<string>
  readonly envPrefix: string
  /** What names the file when no flag does. */
  readonly fileEnv: string
  /** The command whose help lists them. */
  readonly command: string
}

/* `aws.vpcId` in the file is --aws-vpc-id and LB_CONTROLLER_AWS_VPC_ID. */
const kebab = (key: string): string => key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

export const flagOf = (key: string): string => `--${kebab(key).replaceAll('.', '-')}`
export const variableOf = (key: string, { envPrefix }: Pick<SettingTable, 'envPrefix'>): string =>
  `${envPrefix}${kebab(key).replaceAll(/[-.]/g, '_').toUpperCase()}`
