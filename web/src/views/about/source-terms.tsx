import { Card, SimpleGrid, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Source, sourcesQuestion } from '../../api/sources.ts';
import { Answer } from '../../components/answer.tsx';
import { ExternalLink } from '../../components/marks.tsx';
import { Panel } from '../../components/panel.tsx';
import { count } from '../../lib/format.ts';

/** Every source with its address, its licence, and what it wants to be said of it. */
export function SourceTerms() {
  const answer = useQuery(sourcesQuestion());
  return (
    <Panel title="Sources and licences">
      <Text size="sm" mb="md" maw={760}>
        Each source’s own word is kept beside what was made of all of them. Whoever passes data on must keep to the
        licence of the source, and name it where that is asked for.
      </Text>
      <Answer of={answer} lines={8} height={96}>
        {({ items }) => (
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
            {items.map((source) => (
              <Terms key={source.id} source={source} />
            ))}
          </SimpleGrid>
        )}
      </Answer>
    </Panel>
  );
}

function Terms({ source: { title, homepage, licence, attribution, records } }: { source: Source }) {
  return (
    <Card withBorder padding="sm" style={{ overflowWrap: 'anywhere' }}>
      <Title order={3} size="h5">
        {title}
      </Title>
      {homepage && (
        <Text size="sm" component="div" lh="26px">
          <ExternalLink href={homepage}>{shortAddress(homepage)}</ExternalLink>
        </Text>
      )}
      <Licence text={licence} />
      <Text size="sm" className="ot-number">
        {count(records)} {records === 1 ? 'record' : 'records'} here
      </Text>
      {attribution && (
        <Text size="xs" c="dimmed" mt={4}>
          {attribution}
        </Text>
      )}
    </Card>
  );
}

/** A licence, linked where its text ends with an address in brackets. */
function Licence({ text }: { text: string | null }) {
  const [, name, address] = /^(.*) \((https:\/\/[^)]+)\)$/.exec(text ?? '') ?? [];
  return (
    <Text size="sm" component="div" lh="26px">
      Licence: {address ? <ExternalLink href={address}>{name}</ExternalLink> : (text ?? 'not stated')}
    </Text>
  );
}

const shortAddress = (address: string) => address.replace(/^https?:\/\/(?:www\.)?/, '').replace(/\/$/, '');
