import type { Say } from '../jobs/say.ts';
import { createLog } from '../log.ts';
import type { Context } from './context.ts';
import { plain } from './output.ts';

/** Where a worker talks: lines for the person at a terminal, otherwise lines of JSON as those of the server. */
export function journal({ config, output }: Context, now: () => Date): Say {
  if (output.interactive) return (text) => output.say(`${now().toISOString().slice(0, 19)}Z ${plain(text)}`);
  const log = createLog(config.logLevel, config.secrets);
  return (text, { level = 'info', ...about } = {}) => log[level](about, plain(text));
}
