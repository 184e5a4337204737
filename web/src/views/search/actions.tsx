import { Button, Code, Menu, VisuallyHidden } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCopy, IconRss } from '@tabler/icons-react';
import { address } from './address.ts';
import type { Hit } from './questions.ts';

/** Copies the ids or a Markdown table of the selected CVEs, or of the page where none is selected. */
export function CopyMenu({ hits, isSelection }: { hits: readonly Hit[]; isSelection: boolean }) {
  const { copy, copied, error } = useClipboard();
  const said = error ? 'Not copied' : copied ? 'Copied' : 'Copy';
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconCopy size={16} aria-hidden />}
          disabled={hits.length === 0}
          miw={100}
        >
          {said}
        </Button>
      </Menu.Target>
      <VisuallyHidden role="status">{said === 'Copy' ? '' : said}</VisuallyHidden>
      <Menu.Dropdown>
        <Menu.Label c="var(--mantine-color-text)">
          {isSelection ? `${hits.length} selected` : `This page’s ${hits.length}`}
        </Menu.Label>
        <Menu.Item onClick={() => copy(hits.map(({ cve_id }) => cve_id).join('\n'))}>Ids, one a line</Menu.Item>
        <Menu.Item onClick={() => copy(markdownOf(hits))}>Table in Markdown</Menu.Item>
        <Menu.Item onClick={() => copy(window.location.href)}>Link to this search</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function markdownOf(hits: readonly Hit[]): string {
  const cell = (text: string) =>
    text
      .replace(/\s+/g, ' ')
      .replace(/[\\|[\]<>*_`]/g, '\\$&')
      .slice(0, 160);
  const rows = hits.map((hit) =>
    [
      `[${hit.cve_id}](${window.location.origin}/cve/${hit.cve_id})`,
      cell(hit.title ?? hit.description ?? ''),
      `${hit.severity.toLowerCase()}${hit.cvss_score === null ? '' : ` ${hit.cvss_score.toFixed(1)}`}`,
      hit.exploited_in_the_wild ? 'yes' : 'no',
      hit.priority_score.toFixed(2),
    ].join(' | '),
  );
  return ['CVE | Title | Severity | Exploited | Priority', '--- | --- | --- | --- | ---', ...rows]
    .map((row) => `| ${row} |`)
    .join('\n');
}

const feeds = [
  ['rss', 'RSS'],
  ['atom', 'Atom'],
  ['json', 'JSON Feed'],
] as const;

/** The query as a feed. */
export function FeedMenu({ q }: { q: string }) {
  return (
    <Menu position="bottom-end" shadow="md" width={300}>
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<IconRss size={16} aria-hidden />}>
          Subscribe
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label c="var(--mantine-color-text)">What is new in this search, as a feed</Menu.Label>
        {feeds.map(([format, name]) => (
          <Menu.Item key={format} component="a" href={address(`feeds/${format}`, { q })} target="_blank">
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label c="var(--mantine-color-text)" fw={400}>
          The address carries no key. Where this server wants one, let the feed reader send the header{' '}
          <Code>X-API-Key</Code> with a key of its own: <Code>openthreat keys create --role reader</Code>
        </Menu.Label>
      </Menu.Dropdown>
    </Menu>
  );
}
