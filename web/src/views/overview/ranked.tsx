import { Box, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api, question } from '../../api/client.ts';
import type { components } from '../../api/schema.d.ts';
import { Answer } from '../../components/answer.tsx';
import { ViewLink } from '../../components/links.tsx';
import { CveLink, Exploited, Priority, Severity } from '../../components/marks.tsx';
import { Panel } from '../../components/panel.tsx';
import { Empty } from '../../components/states.tsx';
import { day, percent } from '../../lib/format.ts';
import { priorityQuestion } from '../vulnerability/record.ts';

const shown = 8;

const kinds = {
  urgent: {
    title: 'Most urgent',
    all: { sort: 'priority' },
    none: 'Nothing is in the database yet. “openthreat sync” fetches vulnerabilities from their sources.',
    ask: (signal: AbortSignal) =>
      api.GET('/api/v1/vulnerabilities', { signal, params: { query: { page_size: shown } } }),
  },
  exploited: {
    title: 'Newly exploited',
    all: { q: 'exploited:true', sort: 'published' },
    none: 'No catalogue of exploited vulnerabilities has been fetched yet. “openthreat sync cisa_kev” fetches one.',
    ask: (signal: AbortSignal) =>
      api.GET('/api/v1/vulnerabilities/exploited', { signal, params: { query: { page_size: shown } } }),
  },
} as const;

type Item = components['schemas'] extends never ? never : Awaited<ReturnType<(typeof kinds)['urgent']['ask']>>['data'];
type Listed = NonNullable<Item>['items'][number] & {
  readonly exploited_since?: string | null;
  readonly cisa_due_date?: string | null;
};

/** The first CVEs of an order, each with what makes it urgent. */
export function Ranked({ kind }: { kind: keyof typeof kinds }) {
  const { title, all, none, ask } = kinds[kind];
  const answer = useQuery(question<{ items: readonly Listed[] }>(['ranked', kind], ask));
  return (
    <Panel
      title={title}
      actions={
        <ViewLink to="/search" search={all} size="sm" aria-label={`All of: ${title}`}>
          All
        </ViewLink>
      }
    >
      <Answer of={answer} lines={shown} height={62}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing here yet">{none}</Empty>
          ) : (
            <Stack gap="sm" component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
              {items.map((item) => (
                <Row key={item.cve_id} item={item} isMarked={kind === 'urgent'}>
                  {kind === 'urgent' ? <Why item={item} /> : since(item).join(' · ')}
                </Row>
              ))}
            </Stack>
          )
        }
      </Answer>
    </Panel>
  );
}

function Row({ item, isMarked, children }: { item: Listed; isMarked: boolean; children: ReactNode }) {
  return (
    <li>
      <Group gap="xs" justify="space-between" wrap="nowrap" align="flex-start">
        <Group gap="4px 8px">
          <CveLink id={item.cve_id} />
          <Severity severity={item.severity} score={item.cvss_score} />
          {isMarked && item.exploited_in_the_wild && <Exploited />}
        </Group>
        <Box visibleFrom="xs">
          <Priority value={item.priority_score} />
        </Box>
      </Group>
      <Text size="sm" lineClamp={1} title={item.title ?? undefined} style={{ overflowWrap: 'anywhere' }}>
        {item.title ?? item.description ?? 'No source has described it.'}
      </Text>
      <Text size="xs" c="dimmed" mih={19} className="ot-number">
        {children}
      </Text>
    </li>
  );
}

const reasons: Readonly<Record<string, string>> = {
  ransomware: 'used by ransomware',
  public_exploit: 'public exploit',
};

/** What else counts for its priority, most first; the marks above say that it is exploited, and how severe it is. */
function Why({ item }: { item: Listed }) {
  const { data } = useQuery(priorityQuestion(item.cve_id));
  const factors = data?.factors.filter(({ name, share }) => share > 0 && name in reasons) ?? [];
  const words = factors.toSorted((a, b) => b.share - a.share).map(({ name }) => reasons[name]);
  return (
    <>
      {[epssOf(item), ...words].filter(Boolean).join(' · ')}
      <Text span inherit visibleFrom="xs">
        {` · published ${day(item.published_at)}`}
      </Text>
    </>
  );
}

const epssOf = ({ epss }: Listed) => (epss === null || epss === undefined ? null : `EPSS ${percent(epss)}`);

function since(item: Listed): string[] {
  const words: string[] = [];
  if (item.exploited_since) words.push(`since ${day(item.exploited_since)}`);
  if (item.cisa_due_date) words.push(`due ${day(item.cisa_due_date)}`);
  const epss = epssOf(item);
  return epss === null ? words : [...words, epss];
}
