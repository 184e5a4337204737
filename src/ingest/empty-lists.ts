const mostNamed = 5;

export const nothingButComments = 'nothing but comments';

/** A remark on lists without entries, with the names of some. */
export function emptyListsNote(names: readonly string[]): string {
  const more = names.length - mostNamed;
  const named = names.slice(0, mostNamed).join(', ');
  if (more > 0) return `${named} and ${more} more hold ${nothingButComments}`;
  return `${named} ${names.length > 1 ? 'hold' : 'holds'} ${nothingButComments}`;
}
