import { Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, question } from '../../api/client.ts';
import { Answer } from '../../components/answer.tsx';
import { Pager } from '../../components/pager.tsx';
import { count } from '../../lib/format.ts';

const pageSize = 10;

interface RejectedProps {
  readonly run: number;
  readonly page: number;
  readonly onPage: (page: number) => void;
}

/** The records of a run that could not be used, each with its place and the reason. */
export function RejectedRecords({ run, page, onPage }: RejectedProps) {
  const asked = { path: { id: run }, query: { page, page_size: pageSize } };
  const asking = question(['rejected', run, page], (signal) =>
    api.GET('/api/v1/runs/{id}/rejected', { signal, params: asked }),
  );
  const answer = useQuery({ ...asking, placeholderData: keepPreviousData });
  return (
    <Answer of={answer} lines={pageSize} height={32}>
      {({ items, total }) => (
        <div>
          <Text size="sm">{total === 1 ? '1 rejected record' : `${count(total)} rejected records`}</Text>
          <Stack component="ol" gap="sm" m={0} mt="xs" p={0} style={{ listStyle: 'none', overflowWrap: 'anywhere' }}>
            {items.map(({ id, document, place, reason, excerpt }) => (
              <li key={id}>
                <Text size="sm" fw={600}>
                  {reason}
                </Text>
                <Text size="xs">
                  {place} of {document}
                </Text>
                <Text size="xs" c="dimmed" ff="monospace" lineClamp={2}>
                  {excerpt}
                </Text>
              </li>
            ))}
          </Stack>
          <Pager page={page} pages={Math.ceil(total / pageSize)} label="Pages of rejected records" onChange={onPage} />
        </div>
      )}
    </Answer>
  );
}
