import { expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { lastTime, nextRun, nextTime, schedulesOf } from '../../src/jobs/schedules.ts';
import { connectors } from '../../src/sources/registry.ts';
import { connector } from './connectors.ts';

const two = [connector('nvd', { every: '15 * * * *' }), connector('epss', { every: '0 14 * * *' })];

test('times are UTC, whatever the place', () => {
  const at = new Date('2026-03-29T01:30:00Z');
  expect(nextTime('0 14 * * *', at).toISOString()).toBe('2026-03-29T14:00:00.000Z');
  expect(nextTime('15 * * * *', new Date('2026-03-29T01:15:00Z')).toISOString()).toBe('2026-03-29T02:15:00.000Z');
  expect(lastTime('15 * * * *', new Date('2026-03-29T01:15:00Z')).toISOString()).toBe('2026-03-29T01:15:00.000Z');
  expect(lastTime('0 14 * * *', at).toISOString()).toBe('2026-03-28T14:00:00.000Z');
});

test('settings come before the defaults', () => {
  const schedules = schedulesOf(two, new Map([['nvd', null]]));
  expect([...schedules]).toEqual([
    ['nvd', null],
    ['epss', '0 14 * * *'],
  ]);
  const at = new Date('2026-06-01T13:59:59Z');
  expect(nextRun(schedules, 'nvd', at)).toBeNull();
  expect(nextRun(schedules, 'epss', at)?.toISOString()).toBe('2026-06-01T14:00:00.000Z');
  expect(schedulesOf(two, new Map([['nvd', '*/5 * * * *']])).get('nvd')).toBe('*/5 * * * *');
});

test('a setting that makes no sense is told by name', () => {
  for (const [settings, said] of [
    [new Map([['nvt', '0 * * * *']]), 'names nvt, which is not synced'],
    [new Map([['nvd', '99 * * * *']]), 'gives nvd the times "99 * * * *"'],
    [new Map([['nvd', '0 0 31 2 *']]), 'gives nvd the times'],
    [new Map([['nvd', 'H * * * *']]), 'H is not supported'],
    [new Map([['nvd', 'a b c d e']]), 'gives nvd the times'],
  ] as const) {
    expect(() => schedulesOf(two, settings)).toThrow(AppError);
    expect(() => schedulesOf(two, settings)).toThrow(said);
  }
});

test('every connector has times that can be read', () => {
  expect(schedulesOf(connectors, new Map(connectors.map(({ id, every }) => [id, every]))).size).toBe(connectors.length);
});
