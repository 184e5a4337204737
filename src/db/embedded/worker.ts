import { parentPort, workerData } from 'node:worker_threads';
import { AppError, type ErrorCode, messageOf } from '../../errors.ts';
import { Engine } from './engine.ts';
import { type ListenAt, WireServer } from './server.ts';

export interface WorkerInput {
  readonly pgdata: string | null; // null: in memory
  readonly listenAt: ListenAt;
}

export type WorkerEvent =
  | { readonly kind: 'ready'; readonly port: number | null }
  | { readonly kind: 'failed' | 'died'; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: 'waiting'; readonly clients: number }
  | { readonly kind: 'closed' };

const closeLimitMs = 60_000;
const quietWaitMs = 2000;

function tell(event: WorkerEvent): void {
  parentPort?.postMessage(event);
}

function tellFailure(kind: 'failed' | 'died', error: unknown): void {
  tell({ kind, code: error instanceof AppError ? error.code : 'database_unreachable', message: messageOf(error) });
}

async function close(server: WireServer, engine: Engine): Promise<void> {
  const timer = setTimeout(() => tell({ kind: 'waiting', clients: server.atWork }), quietWaitMs);
  await server.close(closeLimitMs);
  clearTimeout(timer);
  await engine.close();
}

async function main({ pgdata, listenAt }: WorkerInput): Promise<void> {
  try {
    const engine = await Engine.open(pgdata);
    const { server, port } = await WireServer.listen(engine, listenAt, (report) => tellFailure('died', report));
    parentPort?.once('message', () => {
      close(server, engine).then(
        () => tell({ kind: 'closed' }),
        (error: unknown) => tellFailure('died', error),
      );
    });
    tell({ kind: 'ready', port });
  } catch (error) {
    tellFailure('failed', error);
  }
}

await main(workerData as WorkerInput);
