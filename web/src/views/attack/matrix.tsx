import { Box, Text, Title, UnstyledButton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { type CSSProperties, type ReactNode, useState } from 'react';
import { count } from '../../lib/format.ts';
import { most, type Tactic } from './heat.tsx';
import { Cell, type Technique } from './tile.tsx';

interface MatrixProps {
  readonly tactics: readonly Tactic[];
  /** Only techniques whose name or id holds it. */
  readonly name: string;
  readonly q?: string;
}

/** Tactics side by side, their techniques below; on a phone one after the other, to be unfolded. */
export function Matrix({ tactics, name, q }: MatrixProps) {
  const isNarrow = useMediaQuery('(max-width: 47.99em)', undefined, { getInitialValueInEffect: false });
  const highest = most(tactics);
  const wanted = name.trim().toLowerCase();
  const columns = tactics.map((tactic) => ({
    tactic,
    shown: tactic.techniques.filter((t) =>
      wanted === '' ? t.parent_id === null : `${t.technique_id} ${t.name}`.toLowerCase().includes(wanted),
    ),
  }));
  if (columns.every(({ shown }) => shown.length === 0))
    return <Text role="status">No technique’s name or id has “{name.trim()}” in it.</Text>;
  const Column = isNarrow ? Folded : Open;
  return (
    <section aria-label="Matrix" tabIndex={isNarrow ? undefined : 0} className="ot-matrix-room">
      <div className="ot-matrix" style={{ '--tactics': tactics.length } as CSSProperties}>
        {columns.map(({ tactic, shown }) => (
          <Column key={tactic.tactic_id} tactic={tactic} shown={shown} isSearch={wanted !== ''}>
            {shown.map((technique) => (
              <Cell
                key={technique.technique_id}
                technique={technique}
                subs={wanted === '' ? tactic.techniques.filter((t) => t.parent_id === technique.technique_id) : []}
                highest={highest}
                q={q}
              />
            ))}
          </Column>
        ))}
      </div>
    </section>
  );
}

interface ColumnProps {
  readonly tactic: Tactic;
  readonly shown: readonly Technique[];
  /** Whether techniques are searched by name, so that few are left. */
  readonly isSearch: boolean;
  readonly children: ReactNode;
}

function Open({ tactic, shown, children }: ColumnProps) {
  return (
    <section aria-labelledby={tactic.tactic_id}>
      <div className="ot-tactic-name">
        <Title order={2} size="h6" id={tactic.tactic_id} lh={1.3} mih={36}>
          {tactic.name}
        </Title>
        <Text size="xs" c="dimmed">
          {amountOf(shown)}
        </Text>
      </div>
      {children}
    </section>
  );
}

function Folded({ tactic, shown, isSearch, children }: ColumnProps) {
  const [isUnfolded, setUnfolded] = useState(false);
  const isOpen = isUnfolded || (isSearch && shown.length > 0);
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  const mapped = shown.filter(({ cve_count: n }) => n > 0).length;
  return (
    <section aria-labelledby={tactic.tactic_id}>
      <Title order={2} size="h6">
        <UnstyledButton
          id={tactic.tactic_id}
          aria-expanded={isOpen}
          onClick={() => setUnfolded(!isUnfolded)}
          w="100%"
          mih={36}
          fz="sm"
          fw={650}
          style={{ display: 'flex', alignItems: 'center', gap: 8 }}
        >
          <Chevron size={16} aria-hidden />
          <Box component="span" flex={1}>
            {tactic.name}
          </Box>
          <Text span size="xs" c="dimmed" fw={400}>
            {amountOf(shown)}, {count(mapped)} with CVEs
          </Text>
        </UnstyledButton>
      </Title>
      {isOpen && children}
    </section>
  );
}

const amountOf = (shown: readonly Technique[]) =>
  shown.length === 1 ? '1 technique' : `${count(shown.length)} techniques`;
