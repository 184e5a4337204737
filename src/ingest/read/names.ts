const longest = 300;

/** A file or entry name that is fit to be shown: one line, without control characters that a terminal would obey. */
export function forDisplay(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
  const text = name.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '?').toWellFormed();
  return text.length > longest ? `…${text.slice(-longest).toWellFormed()}` : text;
}

/** Whether an entry of an archive is a folder or hidden; what macOS adds to archives counts as hidden. */
export function isHidden(name: string): boolean {
  const steps = name.split('/');
  return name.endsWith('/') || steps.some((step) => /^\.[^.]/.test(step) || step === '__MACOSX');
}
