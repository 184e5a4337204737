import { Stack, Text } from '@mantine/core';

/** Links and citations as ATT&CK writes them: only their words are shown. */
function plain(text: string): string {
  return text
    .replaceAll(/\(Citation: [^)]*\)/g, '')
    .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replaceAll(/<\/?code>/g, '')
    .replaceAll(/[ \t]+/g, ' ')
    .trim();
}

/** A text of a catalogue, in paragraphs. */
export function Prose({ text, none }: { text: string | null; none: string }) {
  if (!text)
    return (
      <Text size="sm" c="dimmed">
        {none}
      </Text>
    );
  return <Text style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>{plain(text)}</Text>;
}

const headed = /^([^:.]{2,90}): (.+)$/;

/** A text whose lines are points, each under what stands before its colon. */
export function Points({ text, none }: { text: string | null; none: string }) {
  if (!text) return <Prose text={null} none={none} />;
  const lines = plain(text)
    .split('\n')
    .filter((line) => line.trim() !== '');
  return (
    <Stack gap="xs" style={{ overflowWrap: 'anywhere' }}>
      {lines.map((line, i) => {
        const [, head, rest] = headed.exec(line) ?? [];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a text keep their order
          <Text key={i} fw={head === undefined && /\([A-Z]+\d+\)$/.test(line) ? 600 : undefined}>
            {head === undefined ? line : <b>{head}</b>}
            {rest !== undefined && `: ${rest}`}
          </Text>
        );
      })}
    </Stack>
  );
}
