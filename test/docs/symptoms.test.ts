import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/docs/pages.ts';

const chapters = ['DATABASE.md', 'OPERATIONS.md'].map((page) => {
  const text = readFileSync(join(root, 'docs', page), 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');
  return /^## Troubleshooting$([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(text)?.[1] ?? '';
});
const symptoms = [
  'Cannot connect',
  'Port taken',
  'Migration stuck',
  'Disk full',
  'Slow search',
  'Stale source',
  'Out of memory',
];
const source = globSync(join(root, 'src', '**', '*.ts'))
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n')
  .replaceAll(/\s+/g, ' ');

/** The messages that the handbook explains: the first column of its tables, `…` for what differs. */
const messages = [...chapters.join('\n').matchAll(/^\| (`[^|]+) \|/gm)]
  .flatMap((match) => [...(match[1] ?? '').matchAll(/`([^`]+)`/g)].map((code) => code[1] ?? ''))
  .filter((message) => /^(…|[A-Z])/.test(message) || message.includes(' '));

test('there are symptoms, each with its table', () => {
  expect(messages.length).toBeGreaterThan(25);
  const parts = (chapters[1] ?? '').split(/^### /m).slice(1);
  expect(parts.map((part) => part.split('\n', 1)[0])).toEqual(symptoms);
  for (const part of parts) expect(part).toMatch(/^\| what you see \| why, and what to do \|$/m);
});

test.each([...new Set(messages)])('the program says "%s"', (message) => {
  for (const part of message
    .split('…')
    .map((text) => text.trim())
    .filter(Boolean))
    expect(source.includes(part), part).toBe(true);
});
