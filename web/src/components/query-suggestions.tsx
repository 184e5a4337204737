import { Combobox, Group, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../api/client.ts';
import type { operations } from '../api/schema.d.ts';
import { count } from '../lib/format.ts';

type Answer = operations['searchSuggest']['responses'][200]['content']['application/json'];
export type Suggestion = Answer['suggestions'][number];

interface Suggested {
  readonly suggestions: readonly Suggestion[];
  /** A suggestion takes the place of what is typed from here to the cursor. */
  readonly from: number;
}

const nothing: Suggested = { suggestions: [], from: 0 };

/** What may be meant at a place of a text. While it is asked for, what was suggested for the same word's beginning. */
export function useSuggestions(text: string, place: number, enabled: boolean): Suggested {
  const [asked] = useDebouncedValue(text.slice(0, place), 100);
  const answer = useQuery({
    queryKey: ['suggest', asked],
    queryFn: async ({ signal }) => {
      const query = { q: asked, limit: 10 };
      const found = await dataOf(api.GET('/api/v1/search/suggest', { params: { query }, signal }));
      return { ...found, before: asked.slice(0, found.from), asked };
    },
    enabled,
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (!enabled || !answer.data) return nothing;
  const { suggestions, from, before, asked: answered } = answer.data;
  const typed = text.slice(from, place);
  const isSameWord = text.startsWith(before) && (!/\s/.test(typed) || answered === text.slice(0, place));
  return isSameWord && place >= from ? { suggestions, from } : nothing;
}

/** A suggestion: what would be written, what that is, and how many CVEs have it. */
export function SuggestionOption({ value, suggestion }: { value: string; suggestion: Suggestion }) {
  const { kind, text, label, count: n } = suggestion;
  return (
    <Combobox.Option value={value} py={6}>
      <Group wrap="nowrap" gap="sm" justify="space-between">
        <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere', flexShrink: 0, maxWidth: '60%' }}>
          {text}
        </Text>
        <Text size="xs" truncate flex={1} title={label ?? undefined}>
          {label ?? kind}
        </Text>
        {n !== null && (
          <Text size="xs" className="ot-number">
            {count(n)}
          </Text>
        )}
      </Group>
    </Combobox.Option>
  );
}
