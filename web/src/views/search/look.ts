import { useLocalStorage } from '@mantine/hooks';

/** The columns that can be left out. */
export const columns = {
  severity: 'Severity',
  priority: 'Priority',
  epss: 'EPSS',
  published: 'Published',
  modified: 'Changed',
} as const;

export type Column = keyof typeof columns;

interface Look {
  readonly columns: readonly Column[];
  readonly isDense: boolean;
}

const usual: Look = { columns: ['severity', 'priority', 'epss', 'published'], isDense: false };

/** How results look, kept in this browser. */
export function useLook() {
  const [look, setLook] = useLocalStorage<Look>({
    key: 'openthreat-results',
    defaultValue: usual,
    getInitialValueInEffect: false,
    deserialize: read,
  });
  return { look, setLook };
}

function read(text: string | undefined): Look {
  try {
    const kept: Partial<Look> = JSON.parse(text ?? '{}');
    const wanted = Array.isArray(kept.columns) ? kept.columns : usual.columns;
    return { columns: columnNames.filter((name) => wanted.includes(name)), isDense: kept.isDense === true };
  } catch {
    return usual;
  }
}

export const columnNames = Object.keys(columns) as Column[];
