import { Alert, Group, Text } from '@mantine/core';
import { IconClock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { sourcesQuestion } from '../../api/sources.ts';
import { Answer } from '../../components/answer.tsx';
import { ViewLink } from '../../components/links.tsx';
import { ago } from '../../lib/format.ts';

/** How fresh the data are, and a plain warning when they are not. */
export function DataState() {
  const answer = useQuery(sourcesQuestion());
  return (
    <Answer of={answer} lines={1} height={24}>
      {({ items }) => {
        const fed = items.filter(({ last_success_at }) => last_success_at !== null);
        const odd = items.filter(({ attention }) => attention);
        if (fed.length === 0)
          return (
            <Alert color="yellow" title="Only the bundled sample is here">
              No source has been fetched yet. “openthreat sync” fetches them, and “openthreat up” keeps them up to date.
            </Alert>
          );
        const newest =
          fed
            .map(({ last_success_at }) => last_success_at ?? '')
            .sort()
            .at(-1) ?? '';
        if (odd.length > 0)
          return (
            <Alert
              color="yellow"
              title={odd.length === 1 ? 'A source needs attention' : `${odd.length} sources need attention`}
            >
              {odd.map(({ title }) => title).join(', ')}.{' '}
              <ViewLink to="/sources" size="sm" underline="always">
                See what is the matter
              </ViewLink>
            </Alert>
          );
        return (
          <Group gap={6} wrap="nowrap" mih={24}>
            <IconClock size={16} aria-hidden style={{ flexShrink: 0 }} />
            <Text size="sm">
              All {fed.length} sources are fresh; the last one was fetched {ago(newest, Date.now())}.{' '}
              <ViewLink to="/sources" size="sm" underline="always">
                Sources
              </ViewLink>
            </Text>
          </Group>
        );
      }}
    </Answer>
  );
}
