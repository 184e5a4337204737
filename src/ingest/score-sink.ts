import type { Sink, SinkContext } from './sink.ts';

export async function scoreSink(_context: SinkContext): Promise<Sink> {
  throw new Error('to be written');
}
