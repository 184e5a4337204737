import type { Sink, SinkContext } from './sink.ts';

export async function catalogueSink(_context: SinkContext): Promise<Sink> {
  throw new Error('to be written');
}
