import type { Sink, SinkContext } from './sink.ts';

export async function indicatorSink(_context: SinkContext): Promise<Sink> {
  throw new Error('to be written');
}
