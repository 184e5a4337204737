import { Grid, Stack } from '@mantine/core';
import { Page } from '../components/page.tsx';
import { DataState } from './overview/data-state.tsx';
import { Figures } from './overview/figures.tsx';
import { Freshness } from './overview/freshness.tsx';
import { Ranked } from './overview/ranked.tsx';
import { Risers } from './overview/risers.tsx';
import { Timeline } from './overview/timeline.tsx';
import { TopNames } from './overview/top-names.tsx';

/** At a glance: what is new, what is being exploited, what to fix first, and how fresh the data are. */
export function Overview() {
  return (
    <Page title="Overview" lead="What to fix first, what is being exploited, and how fresh the data are">
      <Stack gap="lg">
        <DataState />
        <Figures />
        <Grid gap="lg">
          <Grid.Col span={{ base: 12, lg: 6 }}>
            <Ranked kind="urgent" />
          </Grid.Col>
          <Grid.Col span={{ base: 12, lg: 6 }}>
            <Ranked kind="exploited" />
          </Grid.Col>
        </Grid>
        <Timeline />
        <Grid gap="lg">
          {[
            <Risers key="risers" />,
            <TopNames key="vendors" kind="vendors" />,
            <TopNames key="weaknesses" kind="weaknesses" />,
            <Freshness key="freshness" />,
          ].map((panel) => (
            <Grid.Col key={panel.key} span={{ base: 12, sm: 6 }}>
              {panel}
            </Grid.Col>
          ))}
        </Grid>
      </Stack>
    </Page>
  );
}
