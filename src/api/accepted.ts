import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { TaskRow } from '../db/tasks.ts';
import { type Task, taskOf } from './schemas/task.ts';

/** Who asked, as tasks show it. */
export function requester({ caller }: FastifyRequest): string {
  return `${caller.kind} ${caller.id}`;
}

/** Says that a task was taken on, and where it is. */
export function accepted(reply: FastifyReply, row: TaskRow): Static<typeof Task> {
  reply.request.deed?.learn({ taskId: row.id });
  reply.code(202).header('location', `/api/v1/tasks/${row.id}`);
  return taskOf(row);
}
