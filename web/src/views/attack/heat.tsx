import { Box, Group, Text } from '@mantine/core';
import type { Answered } from '../../api/answered.ts';
import { count } from '../../lib/format.ts';

export type Tactic = Answered<'listTactics'>['items'][number];

/** The most CVEs of one technique in the matrix. */
export function most(tactics: readonly Tactic[]): number {
  return Math.max(1, ...tactics.flatMap(({ techniques }) => techniques.map(({ cve_count }) => cve_count)));
}

/** The background of a cell: the more CVEs the stronger, by powers, so that small numbers differ, too. */
export function heatOf(value: number, highest: number): string | undefined {
  if (value === 0) return undefined;
  const strength = 12 + 48 * (Math.log(value + 1) / Math.log(highest + 1));
  return `color-mix(in srgb, var(--ot-heat) ${Math.round(strength)}%, var(--mantine-color-body))`;
}

/** What the colours mean. */
export function Heat({ tactics }: { tactics: readonly Tactic[] }) {
  const highest = most(tactics);
  const steps = [1, Math.round(Math.sqrt(highest)), highest].filter((step, i, all) => all.indexOf(step) === i);
  return (
    <Group gap="xs">
      <Text size="xs" c="dimmed">
        CVEs:
      </Text>
      {steps.map((step) => (
        <Group key={step} gap={4}>
          <Box
            w={18}
            h={14}
            bg={heatOf(step, highest)}
            style={{ border: '1px solid var(--mantine-color-default-border)' }}
            aria-hidden
          />
          <Text size="xs" className="ot-number">
            {count(step)}
          </Text>
        </Group>
      ))}
    </Group>
  );
}
