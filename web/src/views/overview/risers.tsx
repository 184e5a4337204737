import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, question } from '../../api/client.ts';
import { Answer } from '../../components/answer.tsx';
import { CveLink } from '../../components/marks.tsx';
import { Panel } from '../../components/panel.tsx';
import { percent } from '../../lib/format.ts';

/** Whose chance of being exploited has risen most. */
export function Risers() {
  const answer = useQuery(
    question(['risers'], (signal) => api.GET('/api/v1/stats/epss-risers', { signal, params: { query: { limit: 8 } } })),
  );
  return (
    <Panel title="Rising EPSS">
      <Answer of={answer} lines={8} height={24}>
        {({ items, days }) =>
          items.length === 0 ? (
            <Text size="sm" c="dimmed">
              No score has risen noticeably in {days} days. It takes two days of EPSS to tell.
            </Text>
          ) : (
            <Stack gap={8} component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
              {items.map((item) => (
                <Group key={item.cve_id} component="li" justify="space-between" wrap="nowrap" mih={24}>
                  <CveLink id={item.cve_id} />
                  <Text size="sm" className="ot-number" style={{ whiteSpace: 'nowrap' }}>
                    {item.epss_before === null ? 'new' : percent(item.epss_before)} →{' '}
                    {item.epss === null ? 'none' : percent(item.epss)}
                  </Text>
                </Group>
              ))}
            </Stack>
          )
        }
      </Answer>
    </Panel>
  );
}
