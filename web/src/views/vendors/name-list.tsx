import { Box, Group, Table, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, question } from '../../api/client.ts';
import { Answer } from '../../components/answer.tsx';
import { Bar } from '../../components/bar.tsx';
import { ViewLink } from '../../components/links.tsx';
import { Pager } from '../../components/pager.tsx';
import { Empty } from '../../components/states.tsx';
import { count, spaced } from '../../lib/format.ts';
import type { NamesParams } from '../../lib/list-params.ts';

const pageSize = 50;

function namesQuestion({ view, vendor, q, sort, page = 1 }: NamesParams) {
  // Names have no blanks: their words are joined by an underscore.
  const query = { q: q?.trim().replaceAll(/\s+/g, '_'), sort_by: sort, page, page_size: pageSize };
  return question(['names', view ?? 'vendors', vendor, query], (signal) =>
    view === 'products'
      ? api.GET('/api/v1/products', { signal, params: { query: { ...query, vendor } } })
      : api.GET('/api/v1/vendors', { signal, params: { query } }),
  );
}

/** A page of vendors or products. */
export function NameList({ params, onPage }: { params: NamesParams; onPage: (page: number) => void }) {
  const answer = useQuery({ ...namesQuestion(params), placeholderData: keepPreviousData });
  const kind = params.view ?? 'vendors';
  return (
    <Answer of={answer} lines={20} height={28}>
      {({ items, total }) => (
        <>
          <Text size="sm" c="dimmed" aria-live="polite" mb="xs">
            {count(total)} {total === 1 ? kind.slice(0, -1) : kind}
          </Text>
          {items.length === 0 ? (
            <Nothing params={params} />
          ) : (
            <Names items={items} params={params} isOld={answer.isPlaceholderData} />
          )}
          <Pager
            page={params.page ?? 1}
            pages={Math.ceil(total / pageSize)}
            label={`Pages of ${kind}`}
            onChange={onPage}
          />
        </>
      )}
    </Answer>
  );
}

function Nothing({ params: { q, page } }: { params: NamesParams }) {
  if (page) return <Empty title="The list has no such page">Go back to the first one.</Empty>;
  if (!q) return <Empty title="Nothing here yet">Vendors and products come with the vulnerabilities.</Empty>;
  return <Empty title={`No name has “${q}” in it`}>Try fewer letters, or another spelling.</Empty>;
}

interface NamesProps {
  readonly items: readonly { readonly name: string; readonly cve_count: number }[];
  readonly params: NamesParams;
  readonly isOld: boolean;
}

function Names({ items, params, isOld }: NamesProps) {
  const isProducts = params.view === 'products';
  const most = Math.max(...items.map(({ cve_count }) => cve_count));
  return (
    <Table highlightOnHover style={{ tableLayout: 'fixed' }} opacity={isOld ? 0.6 : 1}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{isProducts ? 'Product' : 'Vendor'}</Table.Th>
          <Table.Th scope="col" w={{ base: 90, sm: '40%' }}>
            CVEs
          </Table.Th>
          {!isProducts && (
            <Table.Th scope="col" w={100}>
              More
            </Table.Th>
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map(({ name, cve_count }) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" fw={400} style={{ overflowWrap: 'anywhere' }}>
              <ViewLink to="/search" search={{ q: queryOf(name, params) }} size="sm">
                {spaced(name)}
              </ViewLink>
            </Table.Th>
            <Table.Td>
              <Amount value={cve_count} most={most} />
            </Table.Td>
            {!isProducts && (
              <Table.Td>
                <ViewLink
                  to="/vendors"
                  search={{ view: 'products', vendor: name }}
                  size="sm"
                  aria-label={`Products of ${name}`}
                >
                  Products
                </ViewLink>
              </Table.Td>
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Amount({ value, most }: { value: number; most: number }) {
  return (
    <Group gap="sm" wrap="nowrap">
      <Text size="sm" w={56} ta="right" className="ot-number">
        {count(value)}
      </Text>
      <Box visibleFrom="sm" flex={1}>
        <Bar share={value / most} />
      </Box>
    </Group>
  );
}

/** The search that finds the CVEs of a name. */
function queryOf(name: string, { view, vendor }: NamesParams): string {
  const quoted = (value: string) => `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
  if (view !== 'products') return `vendor:${quoted(name)}`;
  return [vendor && `vendor:${quoted(vendor)}`, `product:${quoted(name)}`].filter(Boolean).join(' ');
}
