import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { App } from './contract.ts';

/**
 * Query strings, paths and headers are text, and become numbers and booleans by their schemas; a body has types of its own
 * and is taken at its word. Unknown parameters are errors: a misspelt filter must not widen a result in silence.
 */
export function validate(app: App): void {
  const options = { removeAdditional: false, useDefaults: true, allErrors: false, strict: false } as const;
  const ofText = withFormats(new Ajv({ ...options, coerceTypes: 'array' }));
  const ofBodies = withFormats(new Ajv({ ...options, coerceTypes: false }));
  app.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === 'body' ? ofBodies : ofText).compile(schema as object),
  );
}

function withFormats(ajv: Ajv): Ajv {
  addFormats.default(ajv);
  return ajv;
}
