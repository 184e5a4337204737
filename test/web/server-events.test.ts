import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ServerEvent, serverEvents } from '../../web/src/lib/server-events.ts';

const stream =
  ': still here\n\nevent: progress\ndata: {"records":1}\n\n: still here\n\ndata: à\ndata: b\n\nevent: end\ndata: {}\n\nevent: cut';
const events: ServerEvent[] = [
  { name: 'progress', data: '{"records":1}' },
  { name: 'message', data: 'à\nb' },
  { name: 'end', data: '{}' },
];

async function heard(parts: readonly Uint8Array<ArrayBuffer>[]): Promise<ServerEvent[]> {
  const all: ServerEvent[] = [];
  for await (const event of serverEvents(ReadableStream.from(parts))) all.push(event);
  return all;
}

test('events are the same however the network cuts the stream', async () => {
  const bytes = new TextEncoder().encode(stream);
  const cuts = fc.uniqueArray(fc.nat(bytes.length)).map((places) => places.sort((a, b) => a - b));
  await fc.assert(
    fc.asyncProperty(cuts, async (places) => {
      const parts = [0, ...places].map((from, i) => bytes.slice(from, places[i] ?? bytes.length));
      expect(await heard(parts)).toEqual(events);
    }),
    { numRuns: 50 },
  );
});

test('lines may end as on Windows', async () => {
  expect(await heard([new TextEncoder().encode(stream.replaceAll('\n', '\r\n'))])).toEqual(events);
});
