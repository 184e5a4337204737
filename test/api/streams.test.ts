import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { begun, watched } from '../../src/api/streams.ts';

/** Numbers without end; `ended` once nobody wants more. */
function source() {
  const state = { taken: 0, ended: false };
  async function* items() {
    try {
      while (true) yield String(state.taken++);
    } finally {
      state.ended = true;
    }
  }
  return { state, items: items() };
}

describe('a streamed answer', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('is given up when nobody takes it, and what makes it ends', async () => {
    const { state, items } = source();
    const stream: Readable = Readable.from(watched(items, 1000, () => stream.destroy()));
    const closed = new Promise((resolve) => stream.once('close', resolve));
    stream.once('readable', () => {});
    await vi.advanceTimersByTimeAsync(0);
    expect(state.taken).toBeGreaterThan(0);
    await vi.advanceTimersByTimeAsync(999);
    expect(stream.destroyed).toBe(false);
    await vi.advanceTimersByTimeAsync(2);
    await closed;
    expect(state.ended).toBe(true);
  });

  test('ends what makes it when the client goes', async () => {
    const { state, items } = source();
    const stream = Readable.from(watched(await begun(items), 1000, () => {}));
    const closed = new Promise((resolve) => stream.once('close', resolve));
    for await (const item of stream) if (item === '3') break;
    await closed;
    expect(state.ended).toBe(true);
    expect(state.taken).toBeLessThan(10);
  });

  test('fails before it begins when its first part cannot be made', async () => {
    // biome-ignore lint/correctness/useYield: it fails before
    async function* broken(): AsyncGenerator<string> {
      throw new Error('no');
    }
    await expect(begun(broken())).rejects.toThrow('no');
  });
});
