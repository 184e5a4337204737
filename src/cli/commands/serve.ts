import { once } from 'node:events';
import type { Command } from 'commander';
import { settings } from '../../config.ts';
import { AppError } from '../../errors.ts';
import type { Context } from '../context.ts';

/** `openthreat serve`: the HTTP API and the browser app, until it is stopped. */
export function registerServe(program: Command, context: Context): void {
  program
    .command('serve')
    .description('answer over HTTP, API and web app, until it is stopped; fetches nothing')
    .option('--host <host>', `address to listen on; OPENTHREAT_HOST, or ${settings.OPENTHREAT_HOST.default}`)
    .option(
      '--port <port>',
      `port to listen on, 0 for a free one; OPENTHREAT_PORT, or ${settings.OPENTHREAT_PORT.default}`,
    )
    .action(async (options: { host?: string; port?: string }) => {
      const { config, output, signal } = context;
      const { host = config.http.host, port } = options;
      const http = { ...config.http, host, port: port === undefined ? config.http.port : portOf(port) };
      // Loaded when it is needed: other commands start sooner without it.
      const { startServing } = await import('../serving.ts');
      const serving = await startServing(context, http);
      output.print(`OpenThreat answers at ${serving.url}; its API is described at ${serving.url}/docs.`);
      output.say('Ctrl-C stops.');
      if (!signal.aborted) await once(signal, 'abort');
      await serving.stop();
    });
}

function portOf(text: string): number {
  const { max } = settings.OPENTHREAT_PORT;
  if (/^\d+$/.test(text) && Number(text) <= max) return Number(text);
  throw new AppError('invalid_input', `--port must be a whole number from 0 to ${max}.`);
}
