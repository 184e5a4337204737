/** An indicator so that nothing makes a link of it: hxxp, and dots in brackets. */
export function defang(value: string): string {
  return value.replace(/^http/i, 'hxxp').replaceAll('.', '[.]').replaceAll('@', '[@]');
}
