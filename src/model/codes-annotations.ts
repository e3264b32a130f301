import { goesOn, keepsServing } from './codes-meanwhile.ts'
import type { CodeTable } from './problem-codes.ts'

const reference = 'docs/reference has a page for each provider with every key, its values and an example.'

export const annotationCodes: CodeTable = {
  LB_ANNOTATION_TYPO: {
    title: 'An annotation is misspelt',
    happened:
      'The key is unknown and differs from a known one by a letter or two, by case, or by its prefix. To ignore it could do harm: without its certificate a port would speak plain text.',
    meanwhile: `${keepsServing} Where the known key has no effect, this is only a warning.`,
    mend: 'Correct the key as the hint says. Keys match exactly, upper and lower case included.',
  },
  LB_ANNOTATION_UNKNOWN: {
    title: 'An annotation has no effect',
    happened:
      'The key lies where load balancer controllers look, but none of those that are known here reads it.',
    meanwhile: goesOn,
    mend: `Remove it, or find the right key: ${reference}`,
  },
  LB_ANNOTATION_FOREIGN: {
    title: 'An annotation is for another cloud',
    happened:
      'The key is honoured by the controllers of another cloud. One manifest for several clouds is fine.',
    meanwhile: `${goesOn} It is a warning where the key would have decided who can connect, for that is then decided by other fields alone.`,
    mend: 'Nothing has to be done if the manifest is meant for several clouds; else use the key of this one.',
  },
  LB_ANNOTATION_CONFLICT: {
    title: 'Two annotations contradict each other',
    happened:
      'Two keys, or a key and a field, decide the same and say different things: a portable key beside a key of the cloud, for example.',
    meanwhile: keepsServing,
    mend: 'Remove one of the two, or write the same in both.',
  },
  LB_ANNOTATION_NOT_IMPLEMENTED: {
    title: 'An annotation has no effect here',
    happened:
      'The key is known, but what it asks for is not carried out by this version. The problem says what holds instead.',
    meanwhile: goesOn,
    mend: 'Remove it, or check that what holds instead is good enough.',
  },
  LB_ANNOTATION_REFUSED: {
    title: 'An annotation asks for what cannot be done',
    happened:
      'The key or its value is known, and to go on without it would open access, or send traffic where or how it was not meant.',
    meanwhile: keepsServing,
    mend: 'Do what the sentence proposes, or remove the annotation.',
  },
  LB_ANNOTATION_EMPTY: {
    title: 'An annotation is empty',
    happened: 'The value is empty or blank, as templates leave it when a variable is not set.',
    meanwhile:
      'The annotation counts as if it were not there. A key that says who may connect is an error instead, and nothing changes.',
    mend: 'Remove the annotation, or give it a value.',
  },
  LB_ANNOTATION_NOT_TEXT: {
    title: 'The value of an annotation is not a text',
    happened:
      'YAML reads `true` and `80` without quotes as a truth and a number. The API server refuses such an object as a whole.',
    meanwhile: keepsServing,
    mend: 'Put the value in quotes: `"true"`.',
  },
  LB_ANNOTATION_INVALID: {
    title: 'The value of an annotation cannot be read',
    happened: 'The value does not have the form that the key needs.',
    meanwhile: keepsServing,
    mend: `Write a value of the accepted form. ${reference}`,
  },
  LB_ANNOTATION_BOOLEAN: {
    title: 'The value is neither true nor false',
    happened:
      'The key takes true or false, in the few spellings that Go reads; `yes` and `on` are not among them.',
    meanwhile: keepsServing,
    mend: 'Write "true" or "false".',
  },
  LB_ANNOTATION_INTEGER: {
    title: 'The value is not a whole number of its range',
    happened: 'The key takes a whole number within bounds, without a unit: 10, not 10s.',
    meanwhile: keepsServing,
    mend: 'Write a number within the accepted range.',
  },
  LB_ANNOTATION_CHOICE: {
    title: 'The value is not one of the words that the key takes',
    happened:
      'The key takes one of a few words. Where case matters, the problem says so by listing them as they are.',
    meanwhile: keepsServing,
    mend: 'Write one of the accepted words.',
  },
  LB_ANNOTATION_TEXT: {
    title: 'The value does not have the form that the key needs',
    happened:
      'The text is too long, or does not look like what the key takes, such as a path or the name of a policy.',
    meanwhile: keepsServing,
    mend: 'Write a value of the accepted form.',
  },
  LB_ANNOTATION_LIST: {
    title: 'The list has no item',
    happened: 'The key takes items between commas, and nothing stands between them.',
    meanwhile: keepsServing,
    mend: 'Name at least one item, or remove the annotation.',
  },
  LB_ANNOTATION_PORTS: {
    title: 'The value does not name ports',
    happened:
      'The key takes port numbers and names of ports of the Service; where many are allowed, "*" alone stands for all.',
    meanwhile: keepsServing,
    mend: 'Write numbers from 1 to 65535 or the names from `spec.ports`.',
  },
  LB_ANNOTATION_MAP: {
    title: 'The value is not a list of key=value pairs that can be set',
    happened:
      'A pair lacks its "=", its key is empty, misspelt or given twice, or its value is not one that the key takes. A comma inside a value is written `\\,`, except behind the last "=".',
    meanwhile: keepsServing,
    mend: 'Write pairs such as `team=shop,env=prod`.',
  },
  LB_ANNOTATION_CIDR: {
    title: 'The value is not an address or a range',
    happened: 'The key takes IP addresses or ranges, and an item is neither.',
    meanwhile: keepsServing,
    mend: 'Write ranges such as 10.0.0.0/8, addresses such as 192.0.2.7.',
  },
}
