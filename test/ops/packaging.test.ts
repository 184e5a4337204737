import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from '../../scripts/docs/pages.ts';
import { dockerfile, unit } from './packaging.ts';

/** The users of images that are not called as their service. */
const users: Readonly<Record<string, string>> = {
  proxy: 'haproxy',
  pgbouncer: 'postgres',
  replication: 'postgres',
  replica: 'postgres',
  prometheus: 'nobody',
};
const text = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');
const pinned = /^([a-z]+\/)?[a-z]+:v?\d+\.\d+(\.\d+)?(-[a-z]+\d*)*(@sha256:[0-9a-f]{64})?$/;

describe('Dockerfile', () => {
  const stages = dockerfile(text('Dockerfile'));
  const last = stages.at(-1) ?? [];
  const said = (word: string) => last.filter(({ name }) => name === word).map(({ value }) => value);

  test('has several stages on exact versions of their bases', () => {
    expect(stages.length).toBeGreaterThan(2);
    const names = stages.map((stage) => / AS (\w+)$/.exec(stage[0]?.value ?? '')?.[1]);
    for (const stage of stages) {
      const base = stage[0]?.value.split(' ')[0] ?? '';
      if (!names.includes(base)) expect(base).toMatch(pinned);
    }
    expect(stages.flat().filter(({ name }) => name === 'ADD')).toEqual([]);
  });

  test('ends as a user without rights, with a health check, and without compilers or sources', () => {
    expect(said('USER')).toEqual(['1000:1000']);
    expect(last.findIndex(({ name }) => name === 'USER')).toBeGreaterThan(
      last.findLastIndex(({ name }) => name === 'RUN' || name === 'COPY'),
    );
    expect(said('HEALTHCHECK')[0]).toContain('["node", "bin/openthreat.js", "db", "health"]');
    expect(said('STOPSIGNAL')).toEqual(['SIGTERM']);
    expect(JSON.parse(said('ENTRYPOINT')[0] ?? '')).toEqual(['node', 'bin/openthreat.js']);
    for (const label of ['title', 'description', 'licenses'])
      expect(said('LABEL')[0]).toContain(`opencontainers.image.${label}=`);
    expect(said('VOLUME')[0]).toContain('/var/lib/openthreat');
    expect(said('COPY').filter((copy) => /(^| )(src|web|test)( |$)/.test(copy))).toEqual([]);
  });

  test('copies what is there and what .dockerignore lets through, and no more is let through', () => {
    const copied = stages
      .flat()
      .filter(({ name, value }) => name === 'COPY' && !value.startsWith('--from'))
      .flatMap(({ value }) => value.split(' ').slice(0, -1));
    for (const path of copied) expect(globSync(join(root, path)), path).toHaveLength(1);
    const allowed = [...text('.dockerignore').matchAll(/^!(.+)$/gm)].map((match) => match[1] ?? '');
    expect([...new Set(copied)].sort()).toEqual(allowed.sort());
    expect(text('.dockerignore')).toMatch(/^\*$/m);
  });
});

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly profiles?: readonly string[];
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
  readonly secrets?: readonly string[];
  readonly healthcheck: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly restart: string;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly configs: Readonly<Record<string, { readonly file: string }>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

describe('compose.yaml', () => {
  const source = text('compose.yaml');
  const compose: Compose = parse(source, { merge: true });
  const services = Object.entries(compose.services);
  const scaled = services.filter(([, { profiles }]) => profiles?.includes('scale'));
  const plain = services.filter(([, { profiles }]) => !profiles);

  test('has everything that runs', () => {
    expect(plain.map(([name]) => name).sort()).toEqual(['postgres', 'redis', 'server', 'setup', 'worker']);
    const withProfile = 'grafana pgbouncer prometheus proxy replica replication server-1 server-2 worker-1 worker-2';
    expect(scaled.map(([name]) => name).sort()).toEqual(withProfile.split(' '));
    expect(plain.length + scaled.length).toBe(services.length);
    expect(Number(/^postgres:(\d+)/.exec(compose.services.postgres?.image ?? '')?.[1])).toBeGreaterThanOrEqual(15);
    const { version } = JSON.parse(text('package.json'));
    expect(compose.services.server?.image).toBe(`openthreat:${version}`);
  });

  test.each(services)(
    '%s: no rights, a read-only root, loopback only, named volumes, a health check',
    (name, service) => {
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
      expect(service.image).toMatch(pinned);
      if (!service.image.startsWith('openthreat:')) expect(service.user).toBe(users[name] ?? name);
      for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
      for (const volume of service.volumes ?? []) expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
      expect(service.tmpfs?.join()).toContain('/tmp');
      if (service.restart === 'no') expect(service.healthcheck.disable).toBe(true);
      else expect(service.healthcheck.test?.length).toBeGreaterThan(1);
      for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
        const ends = compose.services[other]?.restart === 'no';
        expect(condition).toBe(ends ? 'service_completed_successfully' : 'service_healthy');
      }
    },
  );

  test('has no password of its own, and says what to do without one', () => {
    const secrets = services.flatMap(([, { environment }]) =>
      Object.entries(environment ?? {}).filter(([key]) => /PASSWORD$|AUTH$|_URLS?$/.test(key)),
    );
    expect(secrets.length).toBeGreaterThan(7);
    for (const [key, value] of secrets)
      expect(value, key).toMatch(/\$\{[A-Z_]+:\?[^}]*openssl rand[^}]*\.env\.example\}/);
    const example = text('.env.example');
    for (const [, name] of source.matchAll(/(?<!\$)\$\{([A-Z_]+)/g))
      expect(example).toMatch(new RegExp(`^${name}=$`, 'm'));
  });

  test('nothing of the plain profile needs what the other one has', () => {
    for (const [name, { depends_on, secrets, configs }] of plain) {
      for (const other of Object.keys(depends_on ?? {}))
        expect(
          plain.map(([known]) => known),
          name,
        ).toContain(other);
      expect([secrets, configs], name).toEqual([undefined, undefined]);
    }
  });

  test('the files of the profile "scale" are there, and its secrets are not', () => {
    for (const { file } of Object.values(compose.configs)) expect(globSync(join(root, file)), file).toHaveLength(1);
    for (const [, { configs = [], secrets = [] }] of scaled) {
      for (const { source: name } of configs) expect(Object.keys(compose.configs)).toContain(name);
      for (const name of secrets) expect(Object.keys(compose.secrets)).toContain(name);
    }
    expect(text('.gitignore')).toContain('/secrets/');
    for (const { file } of Object.values(compose.secrets)) expect(text('docs', 'SCALING.md')).toContain(`> ${file}`);
    const { 'server-1': one, 'server-2': two, 'worker-1': first, 'worker-2': second } = compose.services;
    expect([two, second]).toEqual([one, first]);
    for (const service of [one, first]) expect(service?.environment?.DATABASE_URL).toContain('@pgbouncer:6432/');
    expect(one?.environment?.DATABASE_REPLICA_URLS).toContain('@replica:5432/');
    expect(one?.ports).toBeUndefined();
  });

  test('the server is asked by a route that there is, and the settings are known', () => {
    const route = /:8001(\/[\w/]+)'/.exec(source)?.[1] ?? '';
    expect(text('docs', 'API.md')).toContain(route.replace('/api/v1', ''));
    const known = text('docs', 'DATABASE.md');
    for (const [, { environment, image }] of services)
      for (const key of image.startsWith('openthreat:') ? Object.keys(environment ?? {}) : [])
        expect(known).toContain(key);
  });

  test.runIf(hasCompose())('docker compose takes it', () => {
    const env = { ...process.env, POSTGRES_PASSWORD: 'x', REDIS_PASSWORD: 'x' };
    execFileSync('docker', ['compose', '--env-file', '.env.example', '--file', 'compose.yaml', 'config', '--quiet'], {
      cwd: root,
      env,
    });
  });
});

function hasCompose(): boolean {
  return spawnSync('docker', ['compose', 'version']).status === 0;
}

const units = globSync(join(root, 'ops', 'systemd', '*.service'));

describe('systemd units', () => {
  test('are there', () =>
    expect(units.map((path) => basename(path)).sort()).toEqual([
      'openthreat-server.service',
      'openthreat-worker.service',
    ]));

  test.each(units)('%s: a user without rights, one folder to write in, starts again', (path) => {
    const { Service = {}, Install = {} } = unit(readFileSync(path, 'utf8'));
    const command = basename(path, '.service') === 'openthreat-server' ? 'serve' : 'worker';
    expect(Service).toMatchObject({
      User: 'openthreat',
      NoNewPrivileges: 'yes',
      ProtectSystem: 'strict',
      ProtectHome: 'yes',
      PrivateTmp: 'yes',
      CapabilityBoundingSet: '',
      StateDirectory: 'openthreat',
      Restart: 'on-failure',
      EnvironmentFile: '/etc/openthreat/openthreat.env',
      ExecStart: `/usr/bin/env node /opt/openthreat/bin/openthreat.js ${command}`,
    });
    expect(Service.ReadWritePaths).toBeUndefined();
    expect(Install).toEqual({ WantedBy: 'multi-user.target' });
    expect(text('ops', 'systemd', 'openthreat.sysusers.conf')).toMatch(/^u openthreat /m);
  });

  test.runIf(spawnSync('systemd-analyze', ['--version']).status === 0)('systemd takes them', () => {
    const { stderr, status } = spawnSync('systemd-analyze', ['verify', ...units], { encoding: 'utf8' });
    expect(`${stderr}`).toBe('');
    expect(status).toBe(0);
  });
});
