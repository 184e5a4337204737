import { Group, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ApiProblem, api, question } from '../../api/client.ts';
import { ViewLink } from '../../components/links.tsx';
import { CveLink } from '../../components/marks.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { Empty, Loading, Problem } from '../../components/states.tsx';
import { When } from '../../components/when.tsx';
import { defang } from '../../lib/defang.ts';
import { spaced } from '../../lib/format.ts';
import { type Indicator, Said, Status, sureness } from './indicator.tsx';

const types = ['url', 'domain', 'ip', 'hash', 'email'] as const;

/** All that is known of an indicator; `view` is its type, a slash, and its value. */
export function IndicatorDetails({ view }: { view: string }) {
  const slash = view.indexOf('/');
  const type = types.find((known) => known === view.slice(0, slash)) ?? 'domain';
  const value = view.slice(slash + 1);
  const answer = useQuery(
    question(['ioc', type, value], (signal) =>
      api.GET('/api/v1/iocs/lookup', { signal, params: { query: { value } } }),
    ),
  );
  const unknown = answer.error instanceof ApiProblem && answer.error.problem.status === 404;
  const found = answer.data;
  return (
    <Page
      title={defang(value)}
      lead={found && <Said indicator={found} />}
      actions={<ViewLink to="/indicators">All indicators</ViewLink>}
    >
      {answer.isPending && <Loading lines={6} height={40} />}
      {unknown && <Empty title="Nobody has reported it">No source lists this {type}.</Empty>}
      {answer.error && !unknown && <Problem error={answer.error} retry={() => answer.refetch()} />}
      {found && (
        <Stack gap="lg">
          <Group>
            <Status status={found.status} />
            <Times of={found} />
          </Group>
          <Panel title="Who says what">
            <Table.ScrollContainer minWidth={560}>
              <Table>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th scope="col">Source</Table.Th>
                    <Table.Th scope="col">Threat</Table.Th>
                    <Table.Th scope="col">Sure</Table.Th>
                    <Table.Th scope="col">Seen</Table.Th>
                    <Table.Th scope="col">Reported</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {found.reports.map((report) => (
                    <Table.Tr key={report.source}>
                      <Table.Td>{report.source}</Table.Td>
                      <Table.Td>
                        {[report.threat_type, report.malware, ...report.tags]
                          .flatMap((one) => (one ? [spaced(one)] : []))
                          .join(', ') || '–'}
                      </Table.Td>
                      <Table.Td>{report.confidence === null ? '–' : sureness(report.confidence)}</Table.Td>
                      <Table.Td>
                        <When at={report.last_seen ?? report.first_seen} />
                      </Table.Td>
                      <Table.Td>
                        <When at={report.reported_at} />
                        {report.withdrawn_at && ', withdrawn'}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          </Panel>
          {(found.cves.length > 0 || found.actors.length > 0) && (
            <Panel title="Linked">
              <Stack gap={6}>
                {found.cves.map((id) => (
                  <CveLink key={id} id={id} />
                ))}
                {found.actors.map((actor) => (
                  <Text key={actor.actor_id} size="sm">
                    {actor.name} ({actor.kind}) uses{' '}
                    {actor.techniques.map(({ technique_id }) => technique_id).join(', ')}
                  </Text>
                ))}
              </Stack>
            </Panel>
          )}
        </Stack>
      )}
    </Page>
  );
}

/** When it was seen and until when it counts, as far as anybody said. */
function Times({ of }: { of: Pick<Indicator, 'first_seen' | 'last_seen' | 'expires_at'> }) {
  const times = [
    ['first seen', of.first_seen],
    ['last seen', of.last_seen],
    ['counts until', of.expires_at],
  ] as const;
  return times.map(
    ([what, at]) =>
      at && (
        <Text key={what} size="sm" component="span">
          {what} <When at={at} inherit />
        </Text>
      ),
  );
}
