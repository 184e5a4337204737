import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { pages } from '../../scripts/docs/pages.ts';

/** The anchors that a page has, as they are made of its headings. */
function anchorsOf(markdown: string): Set<string> {
  const headings = [...markdown.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)].map(
    (match) => match[1] ?? '',
  );
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Relative links of a page that lead nowhere. */
function deadLinks(path: string, markdown: string): string[] {
  const text = markdown
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ''));
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  return targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [file = '', anchor] = target.split('#');
    const to = file === '' ? path : join(dirname(path), decodeURIComponent(file));
    if (!existsSync(to)) return true;
    if (anchor === undefined || statSync(to).isDirectory()) return false;
    return !anchorsOf(readFileSync(to, 'utf8')).has(anchor);
  });
}

test.each(pages().map((page) => [page.name, page.path, page.before] as const))(
  '%s: no link is dead',
  (_, path, markdown) => {
    expect(deadLinks(path, markdown)).toEqual([]);
  },
);

test('a dead link is found', () => {
  const [page] = pages();
  expect(deadLinks(page?.path ?? '', '[a](no-such-file.md) [b](#no-such-heading)')).toEqual([
    'no-such-file.md',
    '#no-such-heading',
  ]);
});
