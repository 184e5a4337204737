import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ExternalLink } from '../../components/marks.tsx';
import { Panel } from '../../components/panel.tsx';

interface Measure {
  readonly name: string;
  readonly range: string;
  readonly meaning: ReactNode;
}

const measures: readonly Measure[] = [
  {
    name: 'CVSS',
    range: '0–10',
    meaning: (
      <>
        How bad it would be if it were exploited, whoever is likely to. Critical from 9.0, high from 7.0, medium from
        4.0, low above 0.
        <More href="https://www.first.org/cvss/">CVSS at FIRST</More>
      </>
    ),
  },
  {
    name: 'EPSS',
    range: '0–100 %',
    meaning: (
      <>
        The chance that it will be exploited somewhere in the next 30 days, as a model estimates it every day.
        <More href="https://www.first.org/epss/">EPSS at FIRST</More>
      </>
    ),
  },
  {
    name: 'Exploited',
    range: 'yes or no',
    meaning:
      'A catalogue of exploited vulnerabilities, such as that of CISA, lists it: attacks were seen, not guessed.',
  },
  {
    name: 'Priority',
    range: '0–1',
    meaning: 'How urgent it is to fix, computed here from all of these. It orders lists; it is not a probability.',
  },
  {
    name: 'Confidence',
    range: '0–1',
    meaning:
      'How sure it is that an indicator is malicious. It grows with each source that reports it, as if they erred independently, and never exceeds 0.99. A report that its source took back counts half.',
  },
];

function More({ href, children }: { href: string; children: string }) {
  return (
    <div>
      <ExternalLink href={href}>{children}</ExternalLink>
    </div>
  );
}

/** What the numbers of all views mean. */
export function Measures() {
  return (
    <Panel title="What the numbers mean">
      <dl style={{ margin: 0 }}>
        {measures.map(({ name, range, meaning }) => (
          <div key={name}>
            <Text component="dt" size="sm" fw={600}>
              {name}{' '}
              <Text span size="sm" c="dimmed" className="ot-number">
                {range}
              </Text>
            </Text>
            <Text component="dd" size="sm" m={0} mb="sm" maw={760}>
              {meaning}
            </Text>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
