import { Group, SegmentedControl, Text, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useId, useState } from 'react';
import { api, question } from '../api/client.ts';
import { Answer } from '../components/answer.tsx';
import { Page } from '../components/page.tsx';
import { QueryProblem } from '../components/query-mistake.tsx';
import { Empty } from '../components/states.tsx';
import { count } from '../lib/format.ts';
import { Heat } from './attack/heat.tsx';
import { Matrix } from './attack/matrix.tsx';

const route = getRouteApi('/attack');
const domains = ['enterprise', 'mobile', 'ics'] as const;
const labels = { enterprise: 'Enterprise', mobile: 'Mobile', ics: 'ICS' };

/** The ATT&CK matrix with the number of CVEs per technique. */
export function Attack() {
  const { q, domain: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const domain = domains.find((known) => known === asked) ?? 'enterprise';
  const queryId = useId();
  const [text, setText] = useState(q ?? '');
  // Back and forward change the address, too.
  useEffect(() => setText(q ?? ''), [q]);
  const [name, setName] = useState('');
  const answer = useQuery({
    ...question(['tactics', domain, q], (signal) =>
      api.GET('/api/v1/tactics', { signal, params: { query: { domain, ...(q ? { q } : {}) } } }),
    ),
    placeholderData: keepPreviousData,
  });
  return (
    <Page title="ATT&CK" lead="How many vulnerabilities are mapped to each technique" isWide>
      <Group align="flex-end" gap="md">
        <SegmentedControl
          aria-label="Matrix"
          value={domain}
          onChange={(value) => navigate({ search: (had) => ({ ...had, domain: value }) })}
          data={domains.map((value) => ({ value, label: labels[value] }))}
        />
        <form
          className="ot-field"
          onSubmit={(event) => {
            event.preventDefault();
            navigate({ search: (had) => ({ ...had, q: text || undefined }) });
          }}
        >
          <TextInput
            id={queryId}
            label="Only vulnerabilities that match"
            placeholder="vendor:microsoft"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </form>
        <TextInput
          label="Techniques named"
          placeholder="phishing"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          className="ot-field"
        />
      </Group>
      {answer.error ? (
        <QueryProblem error={answer.error} text={q ?? ''} inputId={queryId} retry={() => answer.refetch()} />
      ) : (
        <Answer of={answer} lines={10} height={40}>
          {({ items, cve_count }) =>
            items.length === 0 ? (
              <Empty title="ATT&CK has not been fetched yet">“openthreat sync mitre_attack” fetches it.</Empty>
            ) : (
              <>
                <Group justify="space-between">
                  <Text size="sm" aria-live="polite">
                    {q
                      ? `${count(cve_count)} of the matching vulnerabilities are`
                      : `${count(cve_count)} vulnerabilities are`}{' '}
                    mapped to techniques
                  </Text>
                  <Heat tactics={items} />
                </Group>
                <Matrix tactics={items} name={name} q={q} />
              </>
            )
          }
        </Answer>
      )}
    </Page>
  );
}
