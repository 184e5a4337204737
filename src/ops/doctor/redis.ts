import { once } from 'node:events';
import { openRedis, redisAnswers } from '../redis.ts';
import { within } from '../within.ts';

const patience = 3000;

/** Whether a Redis can be connected to and answers, within three seconds. */
export async function redisReachable(url: string): Promise<boolean> {
  const redis = openRedis(url, () => {});
  try {
    return await within(
      patience,
      once(redis, 'ready').then(() => redisAnswers(redis)),
      false,
    );
  } finally {
    redis.disconnect();
  }
}
