import { Alert, Badge, Grid, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Answered } from '../api/answered.ts';
import { ApiProblem, api, question } from '../api/client.ts';
import { ViewLink } from '../components/links.tsx';
import { badge, CveLink, Exploited, ExternalLink, Severity } from '../components/marks.tsx';
import { Page } from '../components/page.tsx';
import { Panel } from '../components/panel.tsx';
import { Points, Prose } from '../components/prose.tsx';
import { Empty, Loading, Problem } from '../components/states.tsx';
import { count } from '../lib/format.ts';

type TechniqueRecord = Answered<'getTechnique'>;

/** CVEs listed here; the search has all. */
const shown = 20;

const route = getRouteApi('/attack/$technique');

/** A technique of ATT&CK: what it is, how it is seen and hindered, who uses it, and the CVEs that are mapped to it. */
export function Technique() {
  const id = route.useParams().technique.toUpperCase();
  const answer = useQuery(
    question(['technique', id], (signal) => api.GET('/api/v1/techniques/{id}', { signal, params: { path: { id } } })),
  );
  if (answer.error instanceof ApiProblem && answer.error.problem.status === 404)
    return (
      <Page title={id}>
        <Empty title={`ATT&CK has no ${id}`}>“openthreat sync mitre_attack” fetches the newest version.</Empty>
      </Page>
    );
  const found = answer.data;
  return (
    <Page
      title={found ? `${id} ${found.name}` : id}
      lead={found?.parent && <Parent {...found.parent} />}
      actions={found?.url && <ExternalLink href={found.url}>At MITRE</ExternalLink>}
    >
      {answer.error && <Problem error={answer.error} retry={() => answer.refetch()} />}
      {answer.isPending && <Loading lines={6} height={60} />}
      {found && <Details technique={found} />}
    </Page>
  );
}

function Parent({ technique_id, name }: { technique_id: string; name: string }) {
  return (
    <>
      Part of{' '}
      <ViewLink to="/attack/$technique" params={{ technique: technique_id }}>
        {technique_id} {name}
      </ViewLink>
    </>
  );
}

function Details({ technique }: { technique: TechniqueRecord }) {
  return (
    <Stack gap="lg">
      {technique.state !== 'active' && (
        <Alert color="yellow" title={`This technique is ${technique.state}`}>
          {technique.revoked_by ? `${technique.revoked_by} took its place.` : 'It should not be used any more.'}
        </Alert>
      )}
      <Group gap="xs">
        {technique.tactics.map(({ short_name, name }) => (
          <Badge key={short_name} {...badge} variant="light">
            {name}
          </Badge>
        ))}
        {technique.platforms.map((platform) => (
          <Badge key={platform} {...badge} variant="default">
            {platform}
          </Badge>
        ))}
      </Group>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack gap="lg">
            <Panel title="Description">
              <Prose text={technique.description} none="ATT&CK has no description." />
            </Panel>
            <Panel title="Mitigation">
              <Points text={technique.mitigation} none="ATT&CK names no mitigation." />
            </Panel>
            <Panel title="Detection">
              <Points text={technique.detection} none="ATT&CK names no way to detect it." />
              {technique.data_sources.length > 0 && (
                <Text size="sm" c="dimmed" mt="sm">
                  Data sources: {technique.data_sources.join(', ')}
                </Text>
              )}
            </Panel>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Stack gap="lg">
            <Cves technique={technique} />
            <Subs technique={technique} />
            <Panel title={`Used by (${count(technique.actor_count)})`}>
              <Text size="sm">
                {technique.actors.length === 0
                  ? 'Nobody is named.'
                  : technique.actors.map(({ name }) => name).join(', ')}
                {technique.actor_count > technique.actors.length && ' and others'}
              </Text>
            </Panel>
          </Stack>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function Cves({ technique }: { technique: TechniqueRecord }) {
  const { cves, cve_count, derived_cves } = technique;
  return (
    <Panel
      title={`Vulnerabilities (${count(cve_count)})`}
      actions={
        cve_count > 0 && (
          <ViewLink to="/search" search={{ q: `technique:${technique.technique_id}` }} size="sm">
            All
          </ViewLink>
        )
      }
    >
      <Stack gap={6}>
        {cves.length === 0 && (
          <Text size="sm" c="dimmed">
            None is mapped to it.
          </Text>
        )}
        {cves.slice(0, shown).map((cve) => (
          <Group key={cve.cve_id} gap="4px 8px">
            <CveLink id={cve.cve_id} />
            {cve.severity && <Severity severity={cve.severity} score={cve.cvss_score} />}
            {cve.exploited_in_the_wild && <Exploited />}
          </Group>
        ))}
        {derived_cves.count > 0 && (
          <Text size="sm" c="dimmed">
            {count(derived_cves.count)} more have a weakness that leads to it by way of an attack pattern (derived).
          </Text>
        )}
      </Stack>
    </Panel>
  );
}

function Subs({ technique }: { technique: TechniqueRecord }) {
  if (technique.sub_techniques.length === 0) return null;
  return (
    <Panel title="Sub-techniques">
      {technique.sub_techniques.map(({ technique_id, name }) => (
        <Text key={technique_id} size="sm" component="div">
          <ViewLink to="/attack/$technique" params={{ technique: technique_id }} size="sm">
            {technique_id} {name}
          </ViewLink>
        </Text>
      ))}
    </Panel>
  );
}
