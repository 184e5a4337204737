import type { Config } from '../config.ts';
import { traceWith } from '../tracing.ts';
import type { Output } from './output.ts';
import { version } from './version.ts';

/** Begins to trace when the settings want it; the library is loaded only then. Returns what sends the last spans. */
export async function traceIfWanted(config: Config, output: Output): Promise<() => Promise<void>> {
  if (!config.tracing) return async () => {};
  const { startTracing } = await import('../ops/tracing.ts');
  const { tracer, stop } = startTracing(version(), (text) => output.say(`openthreat: ${text}`));
  traceWith(tracer);
  return stop;
}
