import type { Grown } from './growth.ts';

const width = 860;
const height = 380;
const panel = { width: 340, height: 240, top: 70 };

interface Line {
  readonly name: string;
  readonly mark: string; // a dash pattern, so that lines are told apart without colours
  readonly value: (g: Grown) => number;
}

const lines: readonly Line[] = [
  { name: 'search, median', mark: '', value: (g) => g.searchMedian },
  { name: 'search, 95%', mark: '8 4', value: (g) => g.search95 },
  { name: 'facets (CVEs) or one value (indicators), 95%', mark: '2 4', value: (g) => g.other95 },
];

/** How answers grow with the rows: two panels with logarithmic axes, as an SVG that a light and a dark page can show. */
export function growthPicture(grown: readonly Grown[]): string {
  const panels = (['CVEs', 'indicators'] as const).map((kind, n) =>
    panelOf(
      kind,
      grown.filter((g) => g.kind === kind),
      60 + n * (panel.width + 80),
    ),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="12">
<title id="title">How long answers take as the database grows</title>
<desc id="desc">${described(grown)}</desc>
<style>
  text { fill: #333 } .axis { stroke: #888 } .grid { stroke: #ccc } .a { stroke: #0072b2; fill: none; stroke-width: 2 }
  .b { stroke: #d55e00; fill: none; stroke-width: 2 } .c { stroke: #007a5a; fill: none; stroke-width: 2 }
  @media (prefers-color-scheme: dark) { text { fill: #ddd } .grid { stroke: #444 } .a { stroke: #56b4e9 } .b { stroke: #e69f00 } .c { stroke: #2bd4a4 } }
</style>
${legend()}
${panels.join('\n')}
</svg>
`;
}

function legend(): string {
  return lines
    .map(({ name, mark }, n) => {
      const x = 60 + n * 190;
      return `<path class="${'abc'[n]}" stroke-dasharray="${mark}" d="M${x} 22h28"/><text x="${x + 34}" y="26">${name}</text>`;
    })
    .join('\n');
}

function panelOf(kind: string, grown: readonly Grown[], left: number): string {
  if (grown.length === 0) return '';
  const rows = grown.map((g) => g.rows);
  const x = scale(Math.min(...rows), Math.max(...rows), left, left + panel.width);
  const highest = Math.max(...grown.flatMap((g) => lines.map(({ value }) => value(g))));
  const ticks = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].filter((t) => t <= highest * 2);
  const y = scale(0.5, ticks.at(-1) ?? 1, panel.top + panel.height, panel.top);
  const bottom = panel.top + panel.height;
  return [
    `<text x="${left}" y="${panel.top - 14}" font-weight="600">${kind}</text>`,
    ...ticks.map(
      (t) =>
        `<path class="grid" d="M${left} ${y(t)}h${panel.width}"/><text x="${left - 6}" y="${y(t) + 4}" text-anchor="end">${t}</text>`,
    ),
    `<path class="axis" d="M${left} ${bottom}h${panel.width}"/>`,
    ...grown.map((g) => `<text x="${x(g.rows)}" y="${bottom + 18}" text-anchor="middle">${short(g.rows)}</text>`),
    `<text x="${left + panel.width / 2}" y="${bottom + 38}" text-anchor="middle">${kind} in the database; milliseconds upwards, both logarithmic</text>`,
    ...lines.map(({ mark, value }, n) => {
      const points = grown.map((g) => `${x(g.rows)} ${y(Math.max(0.5, value(g)))}`);
      return `<path class="${'abc'[n]}" stroke-dasharray="${mark}" d="M${points.join('L')}"/>`;
    }),
  ].join('\n');
}

function scale(from: number, to: number, start: number, end: number): (value: number) => number {
  const share = (value: number) => (to === from ? 0.5 : Math.log(value / from) / Math.log(to / from));
  return (value) => Math.round((start + share(value) * (end - start)) * 10) / 10;
}

function short(rows: number): string {
  return rows >= 1_000_000 ? `${(rows / 1_000_000).toFixed(1).replace('.0', '')} M` : `${Math.round(rows / 1000)} k`;
}

function described(grown: readonly Grown[]): string {
  return grown
    .map(
      (g) =>
        `${short(g.rows)} ${g.kind}: ${lines.map(({ name, value }) => `${name} ${value(g).toFixed(1)} ms`).join(', ')}.`,
    )
    .join(' ');
}
