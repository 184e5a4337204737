import { Anchor, Badge, Box, Group, Text, VisuallyHidden } from '@mantine/core';
import { IconExternalLink, IconFlame } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Bar } from './bar.tsx';

const colors: Readonly<Record<string, string>> = {
  CRITICAL: 'var(--ot-critical)',
  HIGH: 'var(--ot-high)',
  MEDIUM: 'var(--ot-medium)',
  LOW: 'var(--ot-low)',
};

/** The colour of a severity, which is never the only sign of it. */
const severityColor = (severity: string) => colors[severity] ?? 'var(--ot-none)';

/** The look of short words of state: narrow enough that two fit beside a CVE's id on a phone, and never cut. */
export const badge = { radius: 'sm', px: 6, lts: 0, tt: 'none', fz: 12, miw: 'max-content' } as const;

/** A severity in words, with its score if there is one. */
export function Severity({ severity, score }: { severity: string; score?: number | null }) {
  const color = severityColor(severity);
  return (
    <Badge {...badge} variant="outline" style={{ color, borderColor: color }} className="ot-badge ot-number">
      {severity === 'UNKNOWN' ? 'not scored' : severity.toLowerCase()}
      {score !== undefined && score !== null ? ` ${score.toFixed(1)}` : ''}
    </Badge>
  );
}

/** That a CVE is known to be exploited. */
export function Exploited() {
  return (
    <Badge
      {...badge}
      className="ot-badge ot-exploited"
      color="red.9"
      variant="filled"
      leftSection={<IconFlame size={12} aria-hidden />}
    >
      exploited
    </Badge>
  );
}

/** A priority, 0–1, as a bar with its number. */
export function Priority({ value }: { value: number }) {
  return (
    <Group gap={6} wrap="nowrap" title={`priority ${value.toFixed(3)} of 1`}>
      <Box w={48}>
        <Bar share={value} onTrack />
      </Box>
      <Text size="sm" className="ot-number">
        {value.toFixed(2)}
      </Text>
    </Group>
  );
}

/** A CVE's id as the way to its page. */
export function CveLink({ id }: { id: string }) {
  return (
    <Anchor
      component={Link}
      to={`/cve/${id}`}
      size="sm"
      fw={600}
      style={{ whiteSpace: 'nowrap' }}
      className="ot-number"
    >
      {id}
    </Anchor>
  );
}

/** A link that leaves: http and https only; anything else stays text. */
export function ExternalLink({ href, children }: { href: string; children?: ReactNode }) {
  if (!/^https?:\/\//i.test(href))
    return (
      <Text component="span" size="sm">
        {children ?? href}
      </Text>
    );
  return (
    <Anchor
      href={href}
      target="_blank"
      rel="noopener noreferrer nofollow"
      size="sm"
      style={{ overflowWrap: 'anywhere' }}
    >
      {children ?? href} <IconExternalLink size={12} aria-hidden />
      <VisuallyHidden> (leaves this site)</VisuallyHidden>
    </Anchor>
  );
}
