import { ActionIcon, Box, Button, Drawer, Group, Stack, Text, Title } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconFilter, IconKeyboard } from '@tabler/icons-react';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Page } from '../components/page.tsx';
import { queryBoxId } from '../components/query-box.tsx';
import { QueryProblem } from '../components/query-mistake.tsx';
import type { SearchParams } from '../lib/search-params.ts';
import { CopyMenu, FeedMenu } from './search/actions.tsx';
import { ExportMenu } from './search/export-menu.tsx';
import { Facets } from './search/facets.tsx';
import { Filters } from './search/filters.tsx';
import { KeysHelp } from './search/keys-help.tsx';
import { LookMenu } from './search/look-menu.tsx';
import { Order } from './search/order.tsx';
import { Outcome, totalOf } from './search/outcome.tsx';
import { nextOf, pageQuestion, previousOf } from './search/questions.ts';
import { Saved } from './search/saved.tsx';
import { mostSelected, useSelection } from './search/selection.ts';
import { useResultKeys } from './search/use-result-keys.ts';

/** All CVEs of a query: facets, order, pages, selection, export, saved searches and feeds. */
export function Search() {
  const params = useSearch({ from: '/search' });
  const { q = '' } = params;
  const navigate = useNavigate({ from: '/search' });
  const answer = useQuery({ ...pageQuestion(params), placeholderData: keepPreviousData });
  const selection = useSelection(q);
  const isWide = useMediaQuery('(min-width: 75em)', undefined, { getInitialValueInEffect: false });
  const [filtersOpen, filters] = useDisclosure();
  const [helpOpen, help] = useDisclosure();

  const isAnswered = answer.isSuccess && !answer.isPlaceholderData;
  const next = nextOf(params, isAnswered ? answer.data : undefined);
  const previous = previousOf(params);
  const fetchAhead = useFetchAhead(next);

  const turn = (to: SearchParams | null) => to && navigate({ search: to });
  const change = (changed: SearchParams) => {
    const search = { ...params, page: undefined, after: undefined, ...changed };
    fetchAhead(search);
    return navigate({ search, resetScroll: false });
  };
  const changeQuery = (text: string) => change({ q: text || undefined });
  useResultKeys({ onNext: () => turn(next), onPrevious: () => turn(previous), onHelp: help.open });

  const selected = [...selection.selected.values()];
  const facets = <Facets q={q} isWaiting={answer.isPending || answer.isPlaceholderData} onChange={changeQuery} />;
  return (
    <Page
      title="Vulnerabilities"
      lead={<span role="status">{totalOf(answer.data, answer.error)}</span>}
      actions={
        <Group gap="xs">
          <CopyMenu
            hits={selected.length > 0 ? selected : (answer.data?.items ?? [])}
            isSelection={selected.length > 0}
          />
          <ExportMenu q={q} selected={[...selection.selected.keys()]} total={totalOf(answer.data, null)} />
          <FeedMenu q={q} />
          <Saved params={params} />
          <LookMenu />
          <ActionIcon variant="default" size={30} aria-label="Keys" onClick={help.open} visibleFrom="sm">
            <IconKeyboard size={16} aria-hidden />
          </ActionIcon>
        </Group>
      }
    >
      <Group align="flex-start" gap="lg" wrap="nowrap">
        {isWide && (
          <Box component="aside" aria-labelledby="facets" w={220} style={{ flexShrink: 0 }} className="ot-no-print">
            <Title order={2} size="h5" id="facets" mb="sm">
              Filters
            </Title>
            {answer.error ? <Text size="sm">There is nothing to count.</Text> : facets}
          </Box>
        )}
        <Stack flex={1} miw={0} gap="sm">
          <Group gap="xs" className="ot-no-print">
            {!isWide && (
              <Button
                size="xs"
                variant="default"
                leftSection={<IconFilter size={16} aria-hidden />}
                onClick={filters.open}
              >
                Filters
              </Button>
            )}
            <Order params={params} answer={answer.data} onChange={change} />
            {selected.length > 0 && (
              <Group gap={4}>
                <Text size="sm" role="status">
                  {selected.length === mostSelected
                    ? `${mostSelected} selected, the most there can be`
                    : `${selected.length} selected`}
                </Text>
                <Button size="compact-sm" variant="subtle" onClick={selection.clear}>
                  Clear
                </Button>
              </Group>
            )}
          </Group>
          <Filters q={q} onChange={changeQuery} />
          {answer.error ? (
            <QueryProblem error={answer.error} text={q} inputId={queryBoxId} retry={() => answer.refetch()} />
          ) : (
            <Outcome
              answer={answer}
              q={q}
              page={params.page ?? 1}
              selection={selection}
              onQuery={changeQuery}
              onSort={(sort) => {
                const isAgain = answer.data?.sort === sort && answer.data.order === 'desc';
                change({ sort, order: isAgain ? 'asc' : undefined });
              }}
              onNext={next && (() => turn(next))}
              onPrevious={previous && (() => turn(previous))}
            />
          )}
        </Stack>
      </Group>
      <Drawer
        opened={filtersOpen && !isWide}
        onClose={filters.close}
        title="Filters"
        size="min(22rem, 100vw)"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {facets}
        <Button fullWidth mt="md" onClick={filters.close}>
          Show {totalOf(answer.data, null)}
        </Button>
      </Drawer>
      <KeysHelp opened={helpOpen} onClose={help.close} />
    </Page>
  );
}

/** Has the next page there before somebody turns to it; what it returns asks for another before its view is drawn. */
function useFetchAhead(next: SearchParams | null): (params: SearchParams) => void {
  const client = useQueryClient();
  const key = JSON.stringify(next);
  const fetchAhead = (params: SearchParams) => void client.prefetchQuery(pageQuestion(params));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address is the same as long as its text is
  useEffect(() => {
    if (next) fetchAhead(next);
  }, [client, key]);
  return fetchAhead;
}
