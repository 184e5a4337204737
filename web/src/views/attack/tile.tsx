import { Box, Group, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { ViewLink } from '../../components/links.tsx';
import { count } from '../../lib/format.ts';
import { heatOf, type Tactic } from './heat.tsx';

export type Technique = Tactic['techniques'][number];

interface TileProps {
  readonly technique: Technique;
  /** The most CVEs of any technique. */
  readonly highest: number;
  readonly q?: string;
  readonly children?: ReactNode;
}

/** A technique, which unfolds to its sub-techniques. */
export function Cell({ subs, ...tile }: TileProps & { readonly subs: readonly Technique[] }) {
  const [open, setOpen] = useState(false);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <Box mb={4}>
      <Tile {...tile}>
        {subs.length > 0 && (
          <UnstyledButton
            onClick={() => setOpen(!open)}
            aria-expanded={open}
            aria-label={`${subs.length} sub-techniques of ${tile.technique.name}`}
            w={24}
            h={24}
            ta="center"
          >
            <Chevron size={16} aria-hidden style={{ verticalAlign: 'middle' }} />
          </UnstyledButton>
        )}
      </Tile>
      {open && (
        <Box pl={12} mt={4}>
          {subs.map((child) => (
            <Box key={child.technique_id} mb={4}>
              <Tile {...tile} technique={child} />
            </Box>
          ))}
        </Box>
      )}
    </Box>
  );
}

function Tile({ technique, highest, q, children }: TileProps) {
  const { technique_id: id, name, cve_count: n } = technique;
  return (
    <Group
      gap={4}
      wrap="nowrap"
      justify="space-between"
      align="flex-start"
      p={6}
      mih={38}
      bg={heatOf(n, highest)}
      style={{ border: '1px solid var(--mantine-color-default-border)', borderRadius: 4 }}
    >
      <ViewLink
        to="/attack/$technique"
        params={{ technique: id }}
        size="xs"
        c="var(--mantine-color-text)"
        title={id}
        pt={3}
        mih={24}
        style={{ overflowWrap: 'anywhere' }}
      >
        {name}
      </ViewLink>
      <Group gap={2} wrap="nowrap">
        {n > 0 && (
          <ViewLink
            to="/search"
            search={{ q: [q, `technique:${id}`].filter(Boolean).join(' ') }}
            size="xs"
            fw={700}
            c="var(--mantine-color-text)"
            aria-label={`${count(n)} vulnerabilities`}
            className="ot-number"
            pt={3}
            miw={24}
            mih={24}
            ta="right"
          >
            {count(n)}
          </ViewLink>
        )}
        {children}
      </Group>
    </Group>
  );
}
