import { describe, expect, test } from 'vitest';
import { needsAttention, type SourceFacts, sourceHealth } from '../../src/domain/source-health.ts';

const now = '2026-06-10T12:00:00.000Z';
const hoursAgo = (n: number) => new Date(Date.parse(now) - n * 3_600_000).toISOString();
const facts = (changes: Partial<SourceFacts>): SourceFacts => ({
  lastAttemptAt: hoursAgo(1),
  lastSuccessAt: hoursAgo(1),
  failingSince: null,
  isHeld: false,
  isSynced: true,
  isScheduled: true,
  needsSetting: false,
  staleAfterHours: 48,
  ...changes,
});
const off = { isScheduled: false };
const unasked = { lastAttemptAt: null, lastSuccessAt: null };

describe('how a source fares', () => {
  test.each<[string, Partial<SourceFacts>, string, boolean]>([
    ['synced an hour ago', {}, 'fresh', false],
    ['synced just in time', { lastSuccessAt: hoursAgo(48) }, 'fresh', false],
    ['synced too long ago, for whatever reason', { lastSuccessAt: hoursAgo(49) }, 'stale', true],
    ['fails since half a year', { lastSuccessAt: hoursAgo(4400), failingSince: hoursAgo(4399) }, 'stale', true],
    ['failed just now', { lastSuccessAt: hoursAgo(3), failingSince: hoursAgo(1) }, 'failing', false],
    ['fails since a day', { lastSuccessAt: hoursAgo(26), failingSince: hoursAgo(25) }, 'failing', true],
    ['a weekly one fails since a day', { staleAfterHours: 400, failingSince: hoursAgo(25) }, 'failing', true],
    [
      'an hourly one fails for hours',
      { staleAfterHours: 6, lastSuccessAt: hoursAgo(5), failingSince: hoursAgo(4) },
      'failing',
      false,
    ],
    ['never came through, for long', { lastSuccessAt: null, failingSince: hoursAgo(30) }, 'failing', true],
    ['was interrupted at its first sync', { lastSuccessAt: null }, 'never', false],
    ['something is held back', { isHeld: true, failingSince: hoursAgo(1) }, 'held', true],
    ['not asked yet', unasked, 'never', false],
    ['not asked, and switched off', { ...unasked, ...off }, 'off', false],
    ['switched off long ago', { ...off, lastSuccessAt: hoursAgo(9999) }, 'off', false],
    ['by hand only, and the hand failed', { ...off, failingSince: hoursAgo(99) }, 'failing', false],
    ['loaded from files, never synced', { lastAttemptAt: null, lastSuccessAt: hoursAgo(9999) }, 'files', false],
    ['from files only', { isSynced: false, ...off, lastAttemptAt: null }, 'files', false],
    ['needs a key', { ...unasked, needsSetting: true }, 'needs_setting', false],
    ['had a key, which is gone', { needsSetting: true, lastSuccessAt: hoursAgo(99) }, 'stale', true],
  ])('%s', (_, changes, health, attention) => {
    const of = facts(changes);
    expect(sourceHealth(of, now)).toBe(health);
    expect(needsAttention(sourceHealth(of, now), of, now)).toBe(attention);
  });
});
