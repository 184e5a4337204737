import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/docs/pages.ts';

const handbook = readFileSync(join(root, 'docs', 'DATABASE.md'), 'utf8');
const troubleshooting = /^## Troubleshooting$([\s\S]*?)^## /m.exec(handbook)?.[1] ?? '';
const source = globSync(join(root, 'src', '**', '*.ts'))
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n')
  .replaceAll(/\s+/g, ' ');

/** The messages that the handbook explains: the first column of its tables, `…` for what differs. */
const messages = [...troubleshooting.matchAll(/^\| (`[^|]+) \|/gm)]
  .flatMap((match) => [...(match[1] ?? '').matchAll(/`([^`]+)`/g)].map((code) => code[1] ?? ''))
  .filter((message) => /^(…|[A-Z])/.test(message) || message.includes(' '));

test('there are symptoms', () => expect(messages.length).toBeGreaterThan(15));

test.each(messages)('the program says "%s"', (message) => {
  for (const part of message
    .split('…')
    .map((text) => text.trim())
    .filter(Boolean))
    expect(source.includes(part), part).toBe(true);
});
