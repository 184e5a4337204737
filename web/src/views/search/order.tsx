import { ActionIcon, Group, NativeSelect } from '@mantine/core';
import { IconSortAscending, IconSortDescending } from '@tabler/icons-react';
import type { SearchParams } from '../../lib/search-params.ts';
import { type SearchAnswer, sorts } from './questions.ts';

/** By what results are ordered, and which way. */
export function Order({
  params,
  answer,
  onChange,
}: {
  params: SearchParams;
  answer: SearchAnswer | undefined;
  onChange: (order: Pick<SearchParams, 'sort' | 'order'>) => void;
}) {
  const isRising = params.order === 'asc';
  const usual = !params.sort && answer ? ` (${sorts[answer.sort].toLowerCase()})` : '';
  const Icon = isRising ? IconSortAscending : IconSortDescending;
  return (
    <Group gap={4} wrap="nowrap">
      <NativeSelect
        size="xs"
        miw={0}
        aria-label="Order by"
        value={params.sort ?? ''}
        onChange={(event) => onChange({ sort: event.currentTarget.value || undefined, order: params.order })}
        data={[
          { value: '', label: `Best first${usual}` },
          ...Object.entries(sorts).map(([value, label]) => ({ value, label })),
        ]}
      />
      <ActionIcon
        variant="default"
        size={30}
        aria-label={isRising ? 'Lowest or oldest first; turn round' : 'Highest or newest first; turn round'}
        onClick={() => onChange({ sort: params.sort, order: isRising ? undefined : 'asc' })}
      >
        <Icon size={16} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
