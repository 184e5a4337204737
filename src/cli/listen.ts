import type { AddressInfo } from 'node:net';
import type { App } from '../api/contract.ts';
import { AppError } from '../errors.ts';
import type { HttpConfig } from '../settings/http.ts';

/**
 * Lets the server listen.
 * @returns its address, for a browser of this machine
 * @throws AppError `locked` when somebody else has the port, `invalid_setting` for an address that cannot be listened on
 */
export async function listen(app: App, { host, port, tls }: HttpConfig): Promise<string> {
  const scheme = tls ? 'https' : 'http';
  try {
    // Fastify does not know that a server of ours speaks TLS.
    const listenTextResolver = (address: string) => `listens at ${address.replace(/^http:/, `${scheme}:`)}`;
    await app.listen({ host, port, listenTextResolver });
  } catch (error) {
    throw cannotListen(error, host, port);
  }
  const { port: bound } = app.server.address() as AddressInfo;
  // Every address of the machine is none that a browser can open.
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `${scheme}://${name.includes(':') ? `[${name}]` : name}:${bound}`;
}

function cannotListen(error: unknown, host: string, port: number): unknown {
  const other = 'Choose another one with --port or OPENTHREAT_PORT.';
  const setting = { setting: 'OPENTHREAT_PORT' };
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new AppError('locked', `Port ${port} of ${host} is taken by another program. ${other}`, setting, error);
    case 'EACCES':
      return new AppError('invalid_setting', `This user may not listen on port ${port}. ${other}`, setting, error);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL': {
      const message = `This machine has no address ${host}. Give one that it has with --host or OPENTHREAT_HOST: 127.0.0.1 for itself only, 0.0.0.0 for all networks.`;
      return new AppError('invalid_setting', message, { setting: 'OPENTHREAT_HOST' }, error);
    }
    default:
      return error;
  }
}
