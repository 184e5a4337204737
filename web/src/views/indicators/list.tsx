import { Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type FormEvent, useId } from 'react';
import { api, question } from '../../api/client.ts';
import { Pager } from '../../components/pager.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryProblem } from '../../components/query-mistake.tsx';
import { Empty, Loading } from '../../components/states.tsx';
import { count } from '../../lib/format.ts';
import { partsAbout, says, withCondition, withoutPart } from '../../lib/search-text.ts';
import { IndicatorCards, IndicatorTable } from './rows.tsx';

const route = getRouteApi('/indicators');
const orders = ['last_seen', 'confidence', 'value'] as const;
const pageSize = 25;
const lastPage = 400;

/** All indicators, searched and filtered in the language of searches. */
export function IndicatorList() {
  const { q = '', sort, page = 1 } = route.useSearch();
  const isNarrow = useMediaQuery('(max-width: 62em)', undefined, { getInitialValueInEffect: false });
  const inputId = useId();
  const navigate = route.useNavigate();
  const order = orders.find((known) => known === sort) ?? 'last_seen';
  const query = { q: q || undefined, sort_by: order, page, page_size: pageSize };
  const answer = useQuery({
    ...question(['iocs', query], (signal) => api.GET('/api/v1/iocs', { signal, params: { query } })),
    placeholderData: keepPreviousData,
  });
  const ask = (text: string) => navigate({ search: { q: text || undefined, sort }, resetScroll: false });
  const Rows = isNarrow ? IndicatorCards : IndicatorTable;
  const { data } = answer;
  return (
    <Panel title="All indicators">
      <Group align="flex-end" gap="sm" mb="sm">
        <SearchField key={q} id={inputId} q={q} onAsk={ask} />
        <ConditionSelect label="Type" field="type" values={types} q={q} onAsk={ask} />
        <ConditionSelect label="State" field="status" values={states} q={q} onAsk={ask} />
        <NativeSelect
          label="Order"
          value={order}
          onChange={({ currentTarget }) => navigate({ search: { q, sort: currentTarget.value }, resetScroll: false })}
          data={[
            { value: 'last_seen', label: 'Last seen first' },
            { value: 'confidence', label: 'Surest first' },
            { value: 'value', label: 'By value' },
          ]}
        />
      </Group>
      {answer.error ? (
        <QueryProblem error={answer.error} text={q} inputId={inputId} retry={() => answer.refetch()} />
      ) : !data ? (
        <Loading lines={pageSize} height={32} />
      ) : data.items.length === 0 ? (
        <Empty title={q ? 'No indicator matches' : 'No indicators yet'}>
          {q ? 'Try fewer words, or take a filter away.' : '“openthreat sync urlhaus ipsum” fetches some.'}
        </Empty>
      ) : (
        <>
          <Text size="sm" c="dimmed" aria-live="polite" mb="xs">
            {data.total_exact ? '' : 'More than '}
            {count(data.total)} {data.total === 1 ? 'indicator' : 'indicators'}
          </Text>
          <Rows items={data.items} />
          <Pager
            page={page}
            pages={Math.min(data.total_pages, lastPage)}
            label="Pages of indicators"
            onChange={(value) => navigate({ search: { q: q || undefined, sort, page: value } })}
          />
        </>
      )}
    </Panel>
  );
}

function SearchField({ id, q, onAsk }: { id: string; q: string; onAsk: (text: string) => void }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onAsk(String(new FormData(event.currentTarget).get('q') ?? '').trim());
  };
  return (
    <form style={{ flex: '1 1 260px' }} onSubmit={submit}>
      <TextInput
        id={id}
        name="q"
        label="Search"
        type="search"
        placeholder="type:domain confidence:>0.7 threat:phishing"
        defaultValue={q}
        maxLength={2_000}
        autoCapitalize="off"
        spellCheck={false}
      />
    </form>
  );
}

const types = { url: 'URL', domain: 'Domain', ip: 'IP address', hash: 'Hash', email: 'E-mail address' };
const states = { active: 'Active', inactive: 'Inactive', expired: 'Expired' };

interface ConditionSelectProps {
  readonly label: string;
  readonly field: string;
  readonly values: Readonly<Record<string, string>>;
  readonly q: string;
  readonly onAsk: (text: string) => void;
}

/** Asks for one value of a field, as a condition in the query's text. */
function ConditionSelect({ label, field, values, q, onAsk }: ConditionSelectProps) {
  const without = partsAbout(q, field).toReversed().reduce(withoutPart, q);
  return (
    <NativeSelect
      label={label}
      value={Object.keys(values).find((value) => says(q, `${field}:${value}`)) ?? ''}
      onChange={({ currentTarget: { value } }) =>
        onAsk(value === '' ? without : withCondition(without, `${field}:${value}`))
      }
      data={[{ value: '', label: 'All' }, ...Object.entries(values).map(([value, name]) => ({ value, label: name }))]}
    />
  );
}
