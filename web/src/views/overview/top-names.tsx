import { Box, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, question } from '../../api/client.ts';
import { Answer } from '../../components/answer.tsx';
import { Bar } from '../../components/bar.tsx';
import { ViewLink } from '../../components/links.tsx';
import { Panel } from '../../components/panel.tsx';
import { count, spaced } from '../../lib/format.ts';
import { weaknessName } from '../../lib/weakness-name.ts';

const shown = 8;

interface Named {
  readonly name: string;
  /** Its whole name, where there is a longer one. */
  readonly title: string;
  readonly q: string;
  readonly count: number;
}

const limit = { params: { query: { limit: shown } } };

async function vendors(signal: AbortSignal) {
  const { data, ...rest } = await api.GET('/api/v1/stats/top-vendors', { signal, ...limit });
  return {
    ...rest,
    data: data?.items.map(
      (i): Named => ({ name: spaced(i.vendor), title: i.vendor, q: `vendor:"${i.vendor}"`, count: i.count }),
    ),
  };
}

async function weaknesses(signal: AbortSignal) {
  const { data, ...rest } = await api.GET('/api/v1/stats/top-weaknesses', { signal, ...limit });
  const named = data?.items.map(({ cwe_id: id, name, count: n }): Named => {
    const called = (words: string) => (name ? `${id} ${words}` : id);
    return { name: called(weaknessName(name ?? '')), title: called(name ?? ''), q: `cwe:${id}`, count: n };
  });
  return { ...rest, data: named };
}

/** The vendors or weaknesses of most CVEs, each with the way to them. */
export function TopNames({ kind }: { kind: 'vendors' | 'weaknesses' }) {
  const answer = useQuery(question(['top', kind], kind === 'vendors' ? vendors : weaknesses));
  const title = kind === 'vendors' ? 'Top vendors' : 'Top weaknesses';
  return (
    <Panel
      title={title}
      actions={
        kind === 'vendors' && (
          <ViewLink to="/vendors" size="sm" aria-label="All vendors">
            All
          </ViewLink>
        )
      }
    >
      <Answer of={answer} lines={shown} height={24}>
        {(items) => <Names items={items} />}
      </Answer>
    </Panel>
  );
}

function Names({ items }: { items: readonly Named[] }) {
  const most = Math.max(1, ...items.map(({ count: n }) => n));
  if (items.length === 0)
    return (
      <Text size="sm" c="dimmed">
        They come with the vulnerabilities.
      </Text>
    );
  return (
    <Stack gap={8} component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
      {items.map(({ name, title, q, count: n }) => (
        <Box key={title} component="li" mih={24}>
          <Group justify="space-between" wrap="nowrap" gap="xs">
            <ViewLink to="/search" search={{ q }} size="sm" lh={1.3} truncate title={title}>
              {name}
            </ViewLink>
            <Text size="sm" lh={1.3} className="ot-number">
              {count(n)}
            </Text>
          </Group>
          <Bar share={n / most} height={4} />
        </Box>
      ))}
    </Stack>
  );
}
