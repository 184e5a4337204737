import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Source, sourcesQuestion } from '../../api/sources.ts';
import { Answer } from '../../components/answer.tsx';
import { ViewLink } from '../../components/links.tsx';
import { Panel } from '../../components/panel.tsx';
import { When } from '../../components/when.tsx';

const shown = 8;

/** How old the word of each source is, the oldest first. */
export function Freshness() {
  const answer = useQuery(sourcesQuestion());
  return (
    <Panel
      title="Freshness"
      actions={
        <ViewLink to="/sources" size="sm" aria-label="All sources">
          All
        </ViewLink>
      }
    >
      <Answer of={answer} lines={shown} height={24}>
        {({ items }) => (
          <Stack gap={8} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
            {oldest(items).map(({ id, title, last_success_at: at, attention }) => (
              <Group key={id} component="li" justify="space-between" wrap="nowrap" gap="xs" mih={24}>
                <ViewLink to="/sources" search={{ source: id }} hash="runs" size="sm" truncate title={title}>
                  {title}
                </ViewLink>
                <Text span size="sm" fw={attention ? 700 : 400} style={{ whiteSpace: 'nowrap' }}>
                  {attention && '⚠ '}
                  <When at={at} asAge none="never" inherit />
                </Text>
              </Group>
            ))}
          </Stack>
        )}
      </Answer>
    </Panel>
  );
}

/** Those that need somebody, then those that were fetched, the longest ago first. */
function oldest(items: readonly Source[]): Source[] {
  const at = ({ last_success_at }: Source) => last_success_at ?? '';
  return items
    .filter((source) => source.attention || source.last_success_at !== null)
    .toSorted((a, b) => Number(b.attention) - Number(a.attention) || at(a).localeCompare(at(b)))
    .slice(0, shown);
}
