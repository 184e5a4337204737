import { Badge } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCheck,
  IconCircleDashed,
  IconClockExclamation,
  IconFile,
  IconHandStop,
  IconKey,
  IconPlayerPause,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Source } from '../../api/sources.ts';
import { badge } from '../../components/marks.tsx';

const looks = {
  fresh: { word: 'fresh', color: 'teal', icon: IconCheck },
  stale: { word: 'stale', color: 'orange', icon: IconClockExclamation },
  failing: { word: 'failing', color: 'red', icon: IconAlertTriangle },
  held: { word: 'held back', color: 'orange', icon: IconHandStop },
  never: { word: 'not fetched yet', color: 'gray', icon: IconCircleDashed },
  files: { word: 'from files', color: 'gray', icon: IconFile },
  off: { word: 'by hand only', color: 'gray', icon: IconPlayerPause },
  needs_setting: { word: 'needs a setting', color: 'gray', icon: IconKey },
} as const satisfies Record<Source['health'], unknown>;

/** How a source fares, in a word. */
export function Health({ health }: { health: Source['health'] }) {
  const { word, color, icon: Icon } = looks[health];
  return (
    <State color={color} icon={<Icon size={12} color={`var(--mantine-color-${color}-outline)`} aria-hidden />}>
      {word}
    </State>
  );
}

/** A state in a word, which a colour underlines. */
export function State({ color, icon, children }: { color: string; icon?: ReactNode; children: ReactNode }) {
  return (
    <Badge
      {...badge}
      className="ot-badge"
      variant="outline"
      c="var(--mantine-color-text)"
      style={{ borderColor: `var(--mantine-color-${color}-${color === 'gray' ? 5 : 7})` }}
      leftSection={icon}
    >
      {children}
    </Badge>
  );
}
