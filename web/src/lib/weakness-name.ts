/** The name that people use of a weakness: CWE has it in brackets, as in "… ('Cross-site Scripting')". */
export function weaknessName(name: string): string {
  return /\('([^']+)'\)$/.exec(name)?.[1] ?? name;
}
