import { AppError } from '../../errors.ts';
import type { App } from '../contract.ts';

/** How deep a JSON body may be nested: nothing that is asked for here comes near it. */
const deepest = 32;

/** Refuses what no route could make sense of: NUL in an address, JSON that is nested too deep or would change prototypes. */
export function checkInput(app: App): void {
  app.addHook('onRequest', async (request) => {
    if (request.url.includes('%00')) throw new AppError('invalid_input', 'The address holds a NUL character (%00).');
  });
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = String(body);
    if (depthOf(text) <= deepest) return parse(request, text, done);
    done(new AppError('invalid_input', `The body is nested deeper than ${deepest} levels.`));
  });
}

const quote = 0x22;
const backslash = 0x5c;

/** How deep lists and objects in a JSON text are nested, without reading it otherwise. */
export function depthOf(json: string): number {
  let depth = 0;
  let most = 0;
  let isText = false;
  for (let i = 0; i < json.length; i++) {
    const c = json.charCodeAt(i);
    if (c === quote) isText = !isText;
    else if (isText) {
      if (c === backslash) i++;
    } else if (c === 0x5b || c === 0x7b) {
      most = Math.max(most, ++depth);
    } else if (c === 0x5d || c === 0x7d) depth--;
  }
  return most;
}
