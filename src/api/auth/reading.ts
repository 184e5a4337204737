import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import type { HttpConfig } from '../../settings/http.ts';

/** Whether an address, or a name, means this machine only. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return ipaddr.isValid(name) && ipaddr.process(name).range() === 'loopback';
}

/** Whether reading needs no key, of those who are near enough. */
export function mayEveryoneRead({ publicRead, host }: HttpConfig): boolean {
  return publicRead || isLoopback(host);
}

/**
 * Whether the request may read without a key. While the server listens on loopback only, whoever is on this machine may, but
 * the request must also be addressed to this machine: a page from elsewhere whose name was pointed here, or a proxy that
 * hands on what others ask for, is not somebody on this machine.
 */
export function mayReadWithoutKey(request: FastifyRequest, settings: HttpConfig): boolean {
  if (settings.publicRead) return true;
  return isLoopback(settings.host) && isLoopback(request.ip) && isLoopback(request.hostname);
}
