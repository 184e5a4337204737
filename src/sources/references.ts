import type { Reference } from '../domain/record.ts';

interface Known {
  readonly url: string;
  tags: readonly string[];
  name: string | null;
}

/** References in order of first mention, each URL once with all its tags and its first name. */
export class References {
  readonly #byUrl = new Map<string, Known>();

  add(url: string, tags: readonly string[] = [], name: string | null = null): void {
    const known = this.#byUrl.get(url);
    const useful = name === url ? null : name;
    if (!known) {
      this.#byUrl.set(url, { url, tags, name: useful });
      return;
    }
    known.name ??= useful;
    if (known.tags.length === 0) known.tags = tags;
    else if (tags.length > 0) known.tags = [...new Set([...known.tags, ...tags])];
  }

  list(): readonly Reference[] {
    const list: Reference[] = [];
    for (const known of this.#byUrl.values()) list.push(referenceOf(known));
    return list;
  }
}

function referenceOf({ url, tags, name }: Known): Reference {
  if (tags.length === 0) return name === null ? { url } : { url, name };
  return name === null ? { url, tags } : { url, tags, name };
}
