import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { registerIocCheck } from './ioc/check.ts';
import { registerIocSearch } from './ioc/search.ts';
import { registerIocShow } from './ioc/show.ts';

/** `openthreat ioc …`: indicators of compromise. */
export function registerIoc(program: Command, context: Context): void {
  const ioc = program
    .command('ioc')
    .description('indicators: which of these addresses, domains, URLs, hashes are known?');
  for (const register of [registerIocCheck, registerIocSearch, registerIocShow]) register(ioc, context);
}
