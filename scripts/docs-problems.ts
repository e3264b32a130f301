import { codeAreas, type CodeText } from '../src/model/problem-codes.ts'

/** The page that has a paragraph for each code. */
export function problemsPage(): string {
  return [
    '<!-- Written by scripts/docs.ts from src/model/codes-*.ts. Do not edit. -->',
    '',
    '# Problems',
    '',
    'Codes are stable. `lb-controller explain CODE` prints the same paragraphs. An *error* stops the Service that it',
    'names, a *warning* is something that is not honoured, a *note* is worth knowing.',
    '',
    ...codeAreas.flatMap(({ title, codes }) => [
      `## ${title}`,
      '',
      ...Object.entries(codes).flatMap(paragraph),
    ]),
  ].join('\n')
}

function paragraph([code, { title, happened, meanwhile, mend }]: [string, CodeText]): string[] {
  return [
    `### ${code}`,
    '',
    `**${title}.** ${happened}`,
    '',
    `*Meanwhile:* ${meanwhile}`,
    '',
    `*To mend it:* ${mend}`,
    '',
  ]
}
