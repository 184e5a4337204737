/** A fenced block of code in a document. */
export interface Block {
  readonly language: string;
  readonly marks: readonly string[]; // words after the language: `external`, `destroys`
  readonly text: string;
  readonly line: number; // of its first line of text, from 1
}

const fence = /^```([a-z]*)([^\n]*)\n([\s\S]*?)^```$/gm;

export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(fence)].map((match) => ({
    language: match[1] ?? '',
    marks: (match[2] ?? '').trim().split(/\s+/).filter(Boolean),
    text: (match[3] ?? '').trimEnd(),
    line: markdown.slice(0, match.index).split('\n').length + 1,
  }));
}

/** The commands of this program in a block: `openthreat …`, with `npx` before it or a prompt, or not. */
export function openthreatLines(block: Block): string[] {
  return block.text
    .split('\n')
    .filter((line) => block.language !== 'console' || line.startsWith('$ '))
    .map((line) => line.replace(/^\$ /, '').trim())
    .filter((line) => /(^|[|;&] *|\b[A-Z_]+=\S* )(npx )?openthreat( |$)/.test(line));
}

/** Commands of this program in running text: `openthreat …` between backquotes. */
export function inlineCommands(markdown: string): string[] {
  const text = markdown.replaceAll(fence, '');
  return [...text.matchAll(/`(?:npx )?(openthreat [^`]+)`/g)].map((match) => match[1] ?? '');
}

/** The statements of an SQL block. */
export function statementsOf(block: Block): string[] {
  return block.text
    .split(/;\s*$/m)
    .map((sql) => sql.trim())
    .filter((sql) => sql.replaceAll(/^--.*$/gm, '').trim() !== '');
}
