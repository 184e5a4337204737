import { slips } from '../../domain/spelling.ts';
import { AppError } from '../../errors.ts';
import type { Connector } from '../../sources/connector.ts';
import { connectors } from '../../sources/registry.ts';
import type { Context } from '../context.ts';

/**
 * The connectors that these ids name; without any, all of them but those that are switched off.
 * @throws AppError `not_found` that names the nearest source
 */
export function chooseConnectors(ids: readonly string[], context: Context): Connector[] {
  if (ids.length > 0) return [...new Set(ids.map(connectorOf))];
  const { schedules } = context.config;
  return connectors.filter(({ id }) => {
    const isOff = schedules.get(id) === null;
    if (isOff)
      context.output.say(`${id}: left out, because OPENTHREAT_SCHEDULES switches it off; name it to take it in.`);
    return !isOff;
  });
}

function connectorOf(id: string): Connector {
  const found = connectors.find((c) => c.id === id);
  if (found) return found;
  const bringer = connectors.find((c) => c.sources.includes(id));
  if (bringer) throw new AppError('not_found', `${id} comes with ${bringer.id}: name that one.`);
  throw unknownSource(
    id,
    connectors.map((c) => c.id),
  );
}

/** There is no such source; the sentence names the nearest one that is. */
export function unknownSource(id: string, known: readonly string[]): AppError {
  const [nearest] = known.toSorted((a, b) => slips(id, a) - slips(id, b));
  const meant = nearest === undefined ? 'there is none yet' : `did you mean ${nearest}?`;
  return new AppError('not_found', `There is no source "${id}": ${meant} openthreat sources lists them.`);
}
