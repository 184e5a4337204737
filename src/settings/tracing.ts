import type { Settings } from './contract.ts';
import { SettingsReader } from './reader.ts';

const exporters = ['otlp', 'none'] as const;

/** Of the standard variables of OpenTelemetry those that switch it on and off; its SDK reads these and the others itself. */
export const tracingSettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    type: 'url',
    default: '',
    secret: true,
    description:
      'Where traces go, as OTLP over HTTP: http://collector:4318. Without it, and the next one, nothing is traced.',
  },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {
    type: 'url',
    default: '',
    secret: true,
    description: 'The same for traces alone, with its path: http://collector:4318/v1/traces.',
  },
  OTEL_TRACES_EXPORTER: {
    type: exporters,
    default: 'otlp',
    description: 'How traces are sent, or none for not at all.',
  },
  OTEL_SDK_DISABLED: { type: ['true', 'false'], default: 'false', description: 'Switches tracing off.' },
} as const satisfies Settings;

/** Whether the standard variables of OpenTelemetry want traces. @throws AppError `invalid_setting` */
export function wantsTracing(env: NodeJS.ProcessEnv): boolean {
  const read = new SettingsReader(tracingSettings, env);
  const endpoints = (['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] as const).map((name) =>
    read.httpUrl(name),
  );
  const isOn = !read.flag('OTEL_SDK_DISABLED') && read.oneOf('OTEL_TRACES_EXPORTER', exporters) === 'otlp';
  return isOn && endpoints.some((endpoint) => endpoint !== null);
}
