import { SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, question } from '../../api/client.ts';
import { Answer } from '../../components/answer.tsx';
import { ViewCard } from '../../components/links.tsx';
import { count } from '../../lib/format.ts';

const week = '>-7d';

/** The database in numbers, with what is new in a week. */
export function Figures() {
  const stats = useQuery(question(['stats'], (signal) => api.GET('/api/v1/stats', { signal })));
  return (
    <Answer of={stats} lines={1} height={96}>
      {(data) => (
        <SimpleGrid cols={{ base: 2, md: 4 }}>
          <Figure label="Vulnerabilities" value={data.total} q="" fresh={`published:${week}`} />
          <Figure label="Known to be exploited" value={data.exploited} q="exploited:true" fresh={`kev:${week}`} />
          <Figure
            label="Used by ransomware"
            value={data.ransomware}
            q="ransomware:true"
            fresh={`ransomware:true kev:${week}`}
          />
          <Figure
            label="Critical"
            value={data.by_severity.find(({ name }) => name === 'CRITICAL')?.count ?? 0}
            q="severity:critical"
            fresh={`severity:critical published:${week}`}
          />
        </SimpleGrid>
      )}
    </Answer>
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: number;
  readonly q: string;
  /** What of it came in the last seven days. */
  readonly fresh: string;
}

function Figure({ label, value, q, fresh }: FigureProps) {
  return (
    <ViewCard
      to="/search"
      search={{ q: q || undefined }}
      className="ot-card-link"
      withBorder
      padding="md"
      mih={96}
      c="var(--mantine-color-text)"
    >
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fz={28} fw={700} lh={1.2} className="ot-number">
        {count(value)}
      </Text>
      <Fresh q={fresh} />
    </ViewCard>
  );
}

function Fresh({ q }: { q: string }) {
  const query = { q, page_size: 1 };
  const { data } = useQuery(
    question(['total', q], (signal) => api.GET('/api/v1/search', { signal, params: { query } })),
  );
  const isSome = data !== undefined && data.total > 0;
  return (
    <Text size="xs" c={isSome ? undefined : 'dimmed'} fw={isSome ? 600 : 400} mih={19} className="ot-number">
      {data && (isSome ? `+${count(data.total)} in 7 days` : 'none new in 7 days')}
    </Text>
  );
}
