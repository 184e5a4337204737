/** All strings in a value, keys too. */
export function* strings(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const item of value) yield* strings(item);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      yield key;
      yield* strings(item);
    }
  }
}

/** The document with what stands at one of its places replaced; `choice` picks the place. */
export function replaced(value: unknown, choice: number, by: unknown): unknown {
  const copy = structuredClone(value);
  const places: { readonly at: Record<string, unknown>; readonly key: string }[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      const at = node as Record<string, unknown>;
      places.push({ at, key });
      visit(at[key]);
    }
  };
  visit(copy);
  const place = places[choice % places.length];
  if (place) place.at[place.key] = by;
  return copy;
}
