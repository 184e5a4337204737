import { Alert, Box, Button, CopyButton, FileButton, Group, Stack, Switch, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Answered } from '../../api/answered.ts';
import { api, dataOf } from '../../api/client.ts';
import { Panel } from '../../components/panel.tsx';
import { Problem } from '../../components/states.tsx';
import { defang } from '../../lib/defang.ts';
import { count, sentence } from '../../lib/format.ts';
import { IndicatorLink, Said, Status } from './indicator.tsx';

type Checked = Answered<'checkIndicators'>;

/** Finds indicators in anything that is pasted, and says which are known. */
export function CheckText() {
  const [text, setText] = useState('');
  const asking = useMutation({
    mutationFn: () => dataOf(api.POST('/api/v1/iocs/check', { body: { text, unknown: true } })),
  });
  return (
    <Panel title="Check a text">
      <Stack gap="sm">
        <Textarea
          aria-label="A log, an e-mail or a report"
          placeholder="Paste a log, an e-mail, a report: defanged or not, up to 1 MB"
          autosize
          minRows={4}
          maxRows={14}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Group>
          <Button onClick={() => asking.mutate()} loading={asking.isPending} disabled={text.trim() === ''}>
            Check
          </Button>
          <FileButton onChange={(file) => file?.text().then(setText)} accept="text/*,.log,.eml,.txt,.csv,.json">
            {(props) => (
              <Button variant="default" {...props}>
                Open a file
              </Button>
            )}
          </FileButton>
        </Group>
        <div aria-live="polite">
          {asking.error && <Problem error={asking.error} retry={() => asking.mutate()} />}
          {asking.data && <Findings checked={asking.data} />}
        </div>
      </Stack>
    </Panel>
  );
}

function Findings({ checked }: { checked: Checked }) {
  const [knownOnly, setKnownOnly] = useState(false);
  const shown = checked.findings.filter(({ matches }) => !knownOnly || matches.length > 0);
  if (checked.findings.length === 0)
    return (
      <Alert color="blue" title="No indicator in it">
        Neither an address, a domain, a URL nor a hash was found in {count(checked.lines)} lines.
      </Alert>
    );
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text fw={600}>
          {checked.known === 0
            ? `None of ${count(checked.findings.length)} found is known`
            : `${count(checked.known)} of ${count(checked.findings.length)} found are known`}
        </Text>
        <Group>
          <Switch
            label="Known ones only"
            checked={knownOnly}
            onChange={(event) => setKnownOnly(event.currentTarget.checked)}
          />
          <CopyButton value={shown.map(({ value }) => defang(value)).join('\n')}>
            {({ copied, copy }) => (
              <Button size="xs" variant="default" onClick={copy}>
                {copied ? 'Copied' : 'Copy (defanged)'}
              </Button>
            )}
          </CopyButton>
        </Group>
      </Group>
      <Stack component="ol" gap={0} m={0} p={0} style={{ listStyle: 'none' }} aria-label="Found">
        {shown.map((finding) => (
          <FindingRow key={`${finding.ioc_type} ${finding.value}`} finding={finding} />
        ))}
      </Stack>
      {shown.length === 0 && <Text size="sm">None of them is known.</Text>}
    </Stack>
  );
}

type Finding = Checked['findings'][number];

function FindingRow({ finding }: { finding: Finding }) {
  const { ioc_type, value, first_line, lines, matches } = finding;
  const isReported = matches.some(({ indicator }) => indicator.value === value);
  return (
    <Box component="li" py="xs" style={{ borderTop: '1px solid var(--mantine-color-default-border)' }}>
      <Group gap="2px 12px" justify="space-between" wrap="nowrap" align="flex-start">
        {isReported ? (
          <IndicatorLink indicator={finding} />
        ) : (
          <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
            {defang(value)}
          </Text>
        )}
        <Text size="xs" c="dimmed" className="ot-number" style={{ whiteSpace: 'nowrap' }}>
          {ioc_type} · line {count(first_line)}
          {lines > 1 && ` and ${count(lines - 1)} more`}
        </Text>
      </Group>
      {matches.length === 0 && (
        <Text size="sm" c="dimmed">
          not known
        </Text>
      )}
      {matches.map((match) => (
        <Known key={`${match.indicator.ioc_type} ${match.indicator.value}`} of={value} match={match} />
      ))}
    </Box>
  );
}

/** What is known: of the value itself, or of another one that has to do with it. */
function Known({ of, match: { meaning, indicator } }: { of: string; match: Finding['matches'][number] }) {
  const isItself = indicator.value === of;
  return (
    <Box mt={4}>
      <Group gap="4px 8px">
        <Status status={indicator.status} />
        {!isItself && <IndicatorLink indicator={indicator} />}
        <Said indicator={indicator} />
      </Group>
      {!isItself && (
        <Text size="xs" c="dimmed">
          {sentence(meaning)}
        </Text>
      )}
    </Box>
  );
}
