import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import { count } from '../../lib/format.ts';

/** From the foot of a bar to its top. */
const parts = [
  { name: 'critical', label: 'Critical', color: 'var(--ot-chart-critical)' },
  { name: 'high', label: 'High', color: 'var(--ot-chart-high)' },
  { name: 'medium', label: 'Medium', color: 'var(--ot-chart-medium)' },
  { name: 'low', label: 'Low', color: 'var(--ot-chart-low)' },
  { name: 'none', label: 'None', color: 'var(--ot-chart-none)' },
  { name: 'unknown', label: 'Not scored', color: 'var(--ot-chart-unknown)' },
] as const;

type Row = { readonly month: string } & Readonly<Record<(typeof parts)[number]['name'], number>>;

/** Stacked bars of a month each. Beside colours the order of the parts tells them apart; the table has the numbers. */
export function TimelineChart({ rows, height }: { rows: readonly Row[]; height: number }) {
  const series = parts.filter(({ name }) => name !== 'none' || rows.some((row) => row.none > 0));
  return (
    <BarChart
      h={height}
      data={rows.map((row) => ({ ...row }))}
      dataKey="month"
      type="stacked"
      series={series.map((part) => ({ ...part }))}
      withLegend
      legendProps={{
        verticalAlign: 'bottom',
        itemSorter: ({ dataKey }) => series.findIndex(({ name }) => name === dataKey),
      }}
      valueFormatter={count}
      yAxisLabel="CVEs published"
      yAxisProps={{ allowDecimals: false, width: 68, niceTicks: 'snap125' }}
      tooltipAnimationDuration={0}
      maxBarWidth={40}
      barProps={{ isAnimationActive: false, stroke: 'var(--mantine-color-body)', strokeWidth: 1 }}
      aria-label="Vulnerabilities published per month, by severity"
    />
  );
}
