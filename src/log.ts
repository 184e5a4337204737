import { destination, type Logger, pino } from 'pino';
import type { Secret } from './database-url.ts';
import type { LogLevel } from './settings/operation.ts';

/** What stands for a secret. */
const hidden = '…';

/** Lines are written together, as many as come within this time, in milliseconds. */
const gatheredFor = 250;
const gatheredBytes = 4096;

/**
 * A log in lines of JSON on standard error. Of requests it has what says whose they are, and no headers, which hold keys.
 * Nothing that looks like a secret gets into it, nor any of `secrets`, whoever wrote it into a message.
 */
export function createLog(level: LogLevel, secrets: readonly Secret[]): Logger {
  const values = secrets.map((secret) => secret.reveal());
  const forms = values.flatMap((secret) => [JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: (line) => withoutSecrets(line, forms) },
      serializers: {
        req: ({ method, url }: { method?: string; url?: string }) => ({ method, url: withoutSecrets(url ?? '') }),
        res: ({ statusCode }: { statusCode?: number }) => ({ status: statusCode }),
      },
    },
    destination({ dest: 2, sync: false, minLength: gatheredBytes, periodicFlush: gatheredFor }),
  );
}

/**
 * A text without what could be a key of the API in it, the password of an address, the value of a parameter whose name says
 * that it is secret, or one of `secrets`. JSON stays JSON.
 */
export function withoutSecrets(text: string, secrets: readonly string[] = []): string {
  return secrets
    .reduce((rest, secret) => rest.replaceAll(secret, hidden), text)
    .replaceAll(/\bot_[A-Za-z0-9_-]{8,}/g, `ot_${hidden}`)
    .replaceAll(/(:\/\/[^\s:@/?#"]*:)[^\s@"/]+@/g, `$1${hidden}@`)
    .replaceAll(/([?&][^\s=&"]*(?:key|token|secret|password|auth)[^\s=&"]*=)[^\s&"\\]*/gi, `$1${hidden}`);
}
