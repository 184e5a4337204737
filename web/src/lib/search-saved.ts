import { useLocalStorage } from '@mantine/hooks';

/** A search under a name. */
export interface SavedSearch {
  readonly name: string;
  readonly q: string;
  readonly sort?: string;
  readonly order?: 'asc' | 'desc';
}

/** The searches saved in this browser, and how to change them; a name that there is already is taken over. */
export function useSavedSearches() {
  const [saved, setSaved] = useLocalStorage<readonly SavedSearch[]>({
    key: 'openthreat-searches',
    defaultValue: [],
    getInitialValueInEffect: false,
    deserialize: read,
  });
  const without = (name: string) => saved.filter((one) => one.name !== name);
  return {
    saved,
    save: (search: SavedSearch) =>
      setSaved([...without(search.name), search].sort((a, b) => a.name.localeCompare(b.name))),
    remove: (name: string) => setSaved(without(name)),
  };
}

function read(text: string | undefined): readonly SavedSearch[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter(isSaved) : [];
  } catch {
    return [];
  }
}

function isSaved(value: unknown): value is SavedSearch {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    'q' in value &&
    typeof value.name === 'string' &&
    typeof value.q === 'string'
  );
}
