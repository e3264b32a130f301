import type { GenericSchema } from 'valibot'
import type { Problem } from '../model/problem.ts'
import type { TargetNode } from '../model/nodes.ts'
import type { Fact, GivenFacts, Lookup } from './blueprint.ts'

/** How the section of one cloud in a facts file is read. */
export interface FactsForm {
  /** A valibot object whose fields all carry a description: validation and docs/reference come from it. Loaded only with `--facts`. */
  schema(): Promise<GenericSchema>
  /** Pure: what contradicts itself (a subnet outside its network, an address twice). Paths are those within the section. */
  contradictions?(given: GivenFacts): readonly Problem[]
  /**
   * Pure: the answer to one lookup from the section. `unknown` where the section says nothing of it; where it names all
   * there are (`addresses: []`) and this one is not among them, the value that "there is none" has.
   */
  answer(asked: Lookup, given: GivenFacts, nodes: readonly TargetNode[]): Fact
  /** Pure: the section that answers as the cloud did. What it refused or did not know is left out. */
  given?(facts: Iterable<Fact>): GivenFacts
}
