import { Button, Group, Stack, Text } from '@mantine/core';
import type { SearchAnswer } from './questions.ts';

/** What words and names were taken for, with the way to have them as they were typed. */
export function Taken({ answer, q, onChange }: { answer: SearchAnswer; q: string; onChange: (q: string) => void }) {
  const { meanings, unknown_names: names } = answer;
  if (meanings.length === 0 && names.length === 0) return null;
  return (
    <Stack gap={4} role="status">
      {meanings.map(({ typed, as, how }) => (
        <Group key={typed} gap="xs">
          <Text size="sm">{taken(typed, as, how)}</Text>
          {how === 'correction' && (
            <Button size="compact-sm" variant="subtle" onClick={() => onChange(replaced(q, typed, `"${typed}"`))}>
              Only “{typed}”
            </Button>
          )}
        </Group>
      ))}
      {names.map(({ field, typed, perhaps }) => (
        <Group key={`${field} ${typed}`} gap="xs">
          <Text size="sm">
            There is no {field} “{typed}”.
          </Text>
          {perhaps && (
            <Button size="compact-sm" variant="subtle" onClick={() => onChange(replaced(q, typed, perhaps))}>
              Did you mean “{perhaps}”?
            </Button>
          )}
        </Group>
      ))}
    </Stack>
  );
}

function taken(typed: string, as: string, how: SearchAnswer['meanings'][number]['how']): string {
  if (how === 'correction') return `Took “${typed}” for “${as}”.`;
  if (how === 'beginning') return `Took “${typed}” for the beginning of a word.`;
  return `Nothing is like “${typed}”.`;
}

/** The text with a word replaced, however it was capitalised. */
function replaced(q: string, typed: string, by: string): string {
  const at = q.toLowerCase().indexOf(typed.toLowerCase());
  return at < 0 ? q : `${q.slice(0, at)}${by}${q.slice(at + typed.length)}`;
}
