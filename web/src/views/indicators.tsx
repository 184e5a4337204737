import { Stack } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { Page } from '../components/page.tsx';
import { CheckText } from './indicators/check-text.tsx';
import { IndicatorDetails } from './indicators/details.tsx';
import { IndicatorList } from './indicators/list.tsx';

const route = getRouteApi('/indicators');

/** Whether anything in a text is known, and all indicators. */
export function Indicators() {
  const { view } = route.useSearch();
  if (view) return <IndicatorDetails view={view} />;
  return (
    <Page title="Indicators" lead="Addresses, domains, URLs and hashes that somebody reported">
      <Stack gap="lg">
        <CheckText />
        <IndicatorList />
      </Stack>
    </Page>
  );
}
