import { Redis } from 'ioredis';
import { messageOf } from '../errors.ts';

/** Redis only makes things quicker or more even: nobody waits for it longer than this, in milliseconds. */
const patience = 50;
const connectPatience = 2000;
const longestPause = 5000;
const minute = 60_000;

/**
 * A connection to Redis that never makes anybody wait: while Redis is away every command fails at once, and it is looked for
 * again by itself. What is wrong is told once a minute, without the password.
 */
export function openRedis(url: string, complain: (text: string) => void): Redis {
  const redis = new Redis(url, {
    connectTimeout: connectPatience,
    commandTimeout: patience,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: (times) => Math.min(times * 200, longestPause),
  });
  let toldAt = Number.NEGATIVE_INFINITY;
  redis.on('error', (error) => {
    if (performance.now() - toldAt < minute) return;
    toldAt = performance.now();
    complain(`Redis cannot be used: ${messageOf(error)}. OpenThreat goes on without it.`);
  });
  return redis;
}

/** Whether Redis answers just now. */
export async function redisAnswers(redis: Redis): Promise<boolean> {
  return redis.ping().then(
    () => true,
    () => false,
  );
}
