import { Box, Button, Group, Stack } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Empty, Loading } from '../../components/states.tsx';
import { count } from '../../lib/format.ts';
import { isFilter, partsOf, withoutPart } from '../../lib/search-text.ts';
import { Cards } from './cards.tsx';
import { useLook } from './look.ts';
import { Pager } from './pager.tsx';
import { pageSize, type SearchAnswer, type Sort } from './questions.ts';
import { Results } from './results.tsx';
import type { Selection } from './selection.ts';
import { Taken } from './taken.tsx';

interface Props {
  readonly answer: UseQueryResult<SearchAnswer>;
  readonly q: string;
  readonly page: number;
  readonly selection: Selection;
  readonly onQuery: (q: string) => void;
  readonly onSort: (sort: Sort) => void;
  readonly onNext: (() => void) | null;
  readonly onPrevious: (() => void) | null;
}

/** What a search found: a page of results, or why there are none. */
export function Outcome({ answer, q, page, selection, onQuery, onSort, onNext, onPrevious }: Props) {
  const { look } = useLook();
  const isNarrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  const region = useFocusOnTurn(page);
  const { data } = answer;
  if (!data) return <Loading lines={10} height={look.isDense ? 36 : 76} />;
  const rows = { answer: data, isDense: look.isDense, selection };
  return (
    <Stack gap="sm">
      <Taken answer={data} q={q} onChange={onQuery} />
      <Box
        ref={region}
        tabIndex={-1}
        component="section"
        aria-label="Results"
        aria-busy={answer.isPlaceholderData}
        style={{ outline: 'none' }}
      >
        {data.items.length === 0 ? (
          <Nothing q={q} page={page} onQuery={onQuery} />
        ) : isNarrow ? (
          <Cards {...rows} />
        ) : (
          <Results {...rows} shown={look.columns} onSort={onSort} />
        )}
      </Box>
      <Pager
        page={page}
        pages={data.total_exact ? Math.ceil(data.total / pageSize) : null}
        onNext={onNext}
        onPrevious={onPrevious}
      />
    </Stack>
  );
}

/** Who turns the page goes on reading at its beginning. */
function useFocusOnTurn(page: number) {
  const region = useRef<HTMLElement>(null);
  const shown = useRef(page);
  useEffect(() => {
    if (shown.current !== page) region.current?.focus({ preventScroll: true });
    shown.current = page;
  }, [page]);
  return region;
}

function Nothing({ q, page, onQuery }: { q: string; page: number; onQuery: (q: string) => void }) {
  if (page > 1) return <Empty title="There is no such page">The results end before page {count(page)}.</Empty>;
  const filters = partsOf(q).filter(isFilter);
  if (q === '')
    return <Empty title="The database is empty">“openthreat sync” fetches vulnerabilities from their sources.</Empty>;
  return (
    <Empty title="Nothing matches all of this">
      <Stack gap="xs" align="center">
        {filters.length > 0 ? 'Search again without one of the filters:' : 'Try fewer words, or another spelling.'}
        <Group gap="xs" justify="center">
          {filters.map((part) => (
            <Button key={part.from} size="compact-sm" variant="default" onClick={() => onQuery(withoutPart(q, part))}>
              without {part.text}
            </Button>
          ))}
        </Group>
      </Stack>
    </Empty>
  );
}

/** "412 vulnerabilities", as far as it is known. */
export function totalOf(answer: SearchAnswer | undefined, error: Error | null): string {
  if (error) return 'No results';
  if (!answer) return 'Searching …';
  const { total, total_exact: isExact } = answer;
  if (!isExact) return `more than ${count(total)} vulnerabilities`;
  return total === 1 ? '1 vulnerability' : `${count(total)} vulnerabilities`;
}
