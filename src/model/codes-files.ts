import type { CodeTable } from './problem-codes.ts'

/** What reading files, settings and the command line can answer. */
export const fileCodes: CodeTable = {
  LB_FILE_MISSING: {
    title: 'A file or folder that was named is not there or holds no manifest',
    happened:
      'Paths are taken from the current folder. Of a folder, files ending in .yaml, .yml and .json are read; those in folders below it only with --recursive.',
    meanwhile: 'The other files are read all the same; the exit code is 1.',
    mend: 'Check the path, or give "-" to read standard input.',
  },
  LB_FILE_UNREADABLE: {
    title: 'A file is there and cannot be read',
    happened: 'The operating system refused it, mostly because of its permissions.',
    meanwhile: 'The other files are read all the same; the exit code is 1.',
    mend: 'Try to show the file with cat, as the same user.',
  },
  LB_FILE_UNPARSABLE: {
    title: 'A document is neither YAML nor JSON',
    happened:
      'The place is where the parser gave up; the mistake is there or a little above. Common causes: a tab as indentation, a key written twice, a quote that is not closed, a Helm template that was not rendered.',
    meanwhile: 'The other documents of the file are read all the same; the exit code is 1.',
    mend: 'Mend the document; "helm template" renders a template.',
  },
  LB_FILE_EMPTY: {
    title: 'A file holds no object',
    happened: 'It is empty or holds comments only.',
    meanwhile: 'Nothing else is affected.',
    mend: 'Leave the file out, or check that it is the one that was meant.',
  },
  LB_FILE_NOT_AN_OBJECT: {
    title: 'A document is no Kubernetes object',
    happened: 'It is no map, or says no kind.',
    meanwhile:
      'The document is left out. It is a warning in a folder, which may hold other files, and else an error.',
    mend: 'Write apiVersion, kind, metadata and spec; several objects go into documents with --- between them, or into a List.',
  },
  LB_FILE_API_VERSION: {
    title: 'A Service or Node of an apiVersion that does not exist',
    happened:
      'Both are of v1 and nothing else. Kinds of the same names in other groups, such as the Service of serving.knative.dev, are skipped and counted.',
    meanwhile: 'The object is left out; the exit code is 1.',
    mend: 'Write apiVersion: v1.',
  },
  LB_FILE_TWICE: {
    title: 'One Service is given twice',
    happened: 'Two documents have the same kind, namespace and name.',
    meanwhile: 'The last one is planned, as it is the one that stays when both are applied.',
    mend: 'Remove one of the two, or give it another name or namespace.',
  },
  LB_SANDBOX_KIND: {
    title: 'The sandbox does not serve objects of a kind',
    happened:
      'A file of "sandbox --file" holds an object of a kind, or of a version of it, that the API server of the sandbox does not have. It serves what Services and the pods behind them need.',
    meanwhile: 'Nothing is started; the exit code is 1.',
    mend: 'Leave the object out, or write the apiVersion that is accepted.',
  },
  LB_SANDBOX_REFUSED: {
    title: 'The API server of the sandbox refused an object',
    happened:
      'An object of "sandbox --file" breaks a rule of the API server; the message is the one that kubectl would show.',
    meanwhile: 'The other objects are applied and the sandbox runs; with --detach the exit code is 1.',
    mend: 'Mend the object and apply it with kubectl.',
  },
  LB_LOCAL_SPREAD: {
    title: 'Traffic is spread over nodes, not over pods',
    happened:
      'With externalTrafficPolicy: Local the load balancer sends only to nodes that have a ready pod, and as much to each of them: one pod on a node gets as much as five on another. A dry run says so once, at the first Service with this policy.',
    meanwhile: 'Everything is planned as asked; clients keep their address, and nothing takes a second hop.',
    mend: 'Spread the pods evenly with topologySpreadConstraints over kubernetes.io/hostname, or set externalTrafficPolicy to Cluster if the address of the client does not matter.',
  },
  LB_FACTS: {
    title: 'The facts of --facts cannot be used',
    happened:
      'The file is a map from the name of a fact to its value, in the shape in which the provider looks it up. Either it is not, or a fact in it is one that no Service here depends on.',
    meanwhile: 'What is not known is shown as "known at apply".',
    mend: 'Use the names that the message lists as accepted; mostly one is misspelt.',
  },
  LB_FACTS_CONTRADICTION: {
    title: 'Facts contradict each other',
    happened:
      'The facts file says two things that cannot both be true: something twice, a subnet in another region or network than the cluster, an address outside its subnet.',
    meanwhile: 'Nothing of that section of the file is used.',
    mend: 'Correct the fact that is named, or leave it out: what depends on it is then shown as known at apply.',
  },
  LB_PROVIDER_UNKNOWN: {
    title: 'There is no such provider, or it is not there yet',
    happened: 'The name is none of those that can be loaded.',
    meanwhile: 'Nothing is planned for it.',
    mend: 'Use a name that the message lists; the table in the README says what each cloud can do today.',
  },
  LB_CONFIG: {
    title: 'A setting has a value that is not accepted',
    happened:
      'Settings come from flags, else from LB_CONTROLLER_* variables, else from the configuration file; the message says which of them held the value.',
    meanwhile: 'The command does not start.',
    mend: 'Use what the message lists as accepted; "lb-controller run --help" shows all settings.',
  },
  LB_CONFIG_UNKNOWN: {
    title: 'There is no such setting',
    happened:
      'A misspelt setting would silently keep its default, so in a file this is an error. A variable is pointed out only when it is nearly one of ours.',
    meanwhile: 'With an error the command does not start; a variable is ignored.',
    mend: 'Use the name that the hint suggests, or remove the setting.',
  },
}
