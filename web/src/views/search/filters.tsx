import { Button, Group } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { isFilter, type Part, partsOf, withoutPart } from '../../lib/search-text.ts';

/** The conditions of the query's text, each with the way to be rid of it. */
export function Filters({ q, onChange }: { q: string; onChange: (q: string) => void }) {
  const filters = partsOf(q).filter(isFilter);
  if (filters.length === 0) return null;
  const words = filters.toReversed().reduce<string>((text, part: Part) => withoutPart(text, part), q);
  return (
    <Group component="ul" gap={6} m={0} p={0} aria-label="Filters" style={{ listStyle: 'none' }}>
      {filters.map((part) => (
        <li key={part.from}>
          <Button
            size="compact-sm"
            variant="default"
            fw={400}
            maw="100%"
            rightSection={<IconX size={14} aria-hidden />}
            aria-label={`Remove the filter ${part.text}`}
            onClick={() => onChange(withoutPart(q, part))}
          >
            {part.text}
          </Button>
        </li>
      ))}
      {filters.length > 1 && (
        <li>
          <Button size="compact-sm" variant="subtle" onClick={() => onChange(words)}>
            Remove all filters
          </Button>
        </li>
      )}
    </Group>
  );
}
