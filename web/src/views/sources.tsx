import { Stack } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { Page } from '../components/page.tsx';
import type { RunsParams } from '../lib/list-params.ts';
import { Runs } from './sources/runs.tsx';
import { SourceList } from './sources/source-list.tsx';

const route = getRouteApi('/sources');

/** What is fetched from where, how fresh it is, and what came of each run. */
export function Sources() {
  const params = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changed: RunsParams) =>
    navigate({ search: (now) => ({ ...now, ...changed }), resetScroll: false, replace: 'run' in changed });
  return (
    <Page title="Sources and runs" lead="What is fetched from where, how fresh it is, and what came of each run">
      <Stack gap="lg">
        <SourceList />
        <Runs params={params} onChange={change} />
      </Stack>
    </Page>
  );
}
