import { Anchor, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, question } from '../api/client.ts';
import { Answer } from '../components/answer.tsx';
import { Page } from '../components/page.tsx';
import { Panel } from '../components/panel.tsx';
import { Measures } from './about/measures.tsx';
import { PriorityRule } from './about/priority-rule.tsx';
import { SourceTerms } from './about/source-terms.tsx';

/** Where the data come from, on what terms, and how the numbers are made. */
export function About() {
  return (
    <Page title="About the data" lead="Where the data come from, on what terms, and how the numbers are made">
      <Stack gap="lg">
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
          <PriorityRule />
          <Measures />
        </SimpleGrid>
        <SourceTerms />
        <Program />
      </Stack>
    </Page>
  );
}

function Program() {
  const answer = useQuery(question(['health'], (signal) => api.GET('/api/v1/health', { signal })));
  return (
    <Panel title="This program">
      <Answer of={answer} lines={1}>
        {({ version }) => (
          <Text size="sm">
            OpenThreat <span className="ot-number">{version}</span>. All that is shown here comes from its{' '}
            <Anchor href="/docs" size="sm" underline="always">
              HTTP API
            </Anchor>
            , which other programs may ask, too. All times are in UTC.
          </Text>
        )}
      </Answer>
    </Panel>
  );
}
