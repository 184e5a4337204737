import type { Settings } from './contract.ts';
import { invalidSetting, SettingsReader } from './reader.ts';

export const feedsSettings = {
  OPENTHREAT_MIRROR: {
    type: 'url',
    default: '',
    description:
      'Where feeds are fetched from instead of their own sites, for networks without internet access: https://HOST/PATH becomes this address followed by /HOST/PATH.',
  },
  HTTPS_PROXY: {
    type: 'url',
    default: '',
    secret: true,
    description:
      'Proxy for fetching feeds, such as http://proxy.example:3128. NO_PROXY lists hosts to reach without it.',
  },
  NO_PROXY: {
    type: 'text',
    default: '',
    description: 'Hosts, separated by commas, that are reached without HTTPS_PROXY.',
  },
  NVD_API_KEY: {
    type: 'text',
    default: '',
    secret: true,
    description:
      'Key of the NVD API, for ten times as many requests, from https://nvd.nist.gov/developers/request-an-api-key.',
  },
  ABUSE_CH_AUTH_KEY: {
    type: 'text',
    default: '',
    secret: true,
    description: 'Auth-Key of abuse.ch, which ThreatFox asks for, from https://auth.abuse.ch/.',
  },
  OPENTHREAT_SCHEDULES: {
    type: 'text',
    default: '',
    description:
      'When sources are synced, where the defaults do not suit: "nvd=15 * * * *; ipsum=off" (cron in UTC; off: only by hand).',
  },
} as const satisfies Settings;

export interface FeedsConfig {
  /** The base address that takes the place of `https:/`, without a slash at its end; null: the sites themselves. */
  readonly mirror: string | null;
  readonly proxy: { readonly url: string; readonly except: string } | null;
  readonly nvdApiKey: string | null;
  readonly abuseChAuthKey: string | null;
  /** By source: a cron expression, or null for never. */
  readonly schedules: ReadonlyMap<string, string | null>;
}

/** @throws AppError `invalid_setting` */
export function feedsConfig(env: NodeJS.ProcessEnv): FeedsConfig {
  const read = new SettingsReader(feedsSettings, env);
  const proxy = read.httpUrl('HTTPS_PROXY');
  return {
    mirror: read.httpUrl('OPENTHREAT_MIRROR'),
    proxy: proxy === null ? null : { url: proxy, except: read.text('NO_PROXY') },
    nvdApiKey: read.text('NVD_API_KEY') || null,
    abuseChAuthKey: read.text('ABUSE_CH_AUTH_KEY') || null,
    schedules: schedulesIn(read.text('OPENTHREAT_SCHEDULES')),
  };
}

function schedulesIn(text: string): FeedsConfig['schedules'] {
  const parts = text.split(';').flatMap((part) => part.trim() || []);
  return new Map(
    parts.map((part) => {
      const [, source, cron = ''] = /^([a-z_]+)\s*=\s*(\S.*)$/.exec(part) ?? [];
      const isCron = cron !== 'off' && /^(\S+\s+){4}\S+$/.test(cron);
      if (!source || !(isCron || cron === 'off'))
        throw invalidSetting(
          'OPENTHREAT_SCHEDULES',
          `must be parts such as "nvd=15 * * * *" or "ipsum=off", which "${part}" is not`,
        );
      return [source, isCron ? cron : null];
    }),
  );
}
