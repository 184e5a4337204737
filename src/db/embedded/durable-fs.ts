import { closeSync, fsyncSync, openSync } from 'node:fs';
import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

interface OpenFile {
  readonly nfd?: number; // the descriptor in Node.js; a folder has none
  readonly node: unknown;
}

interface NodeBinding {
  readonly stream_ops: { fsync?: (file: OpenFile) => number };
  realPath(node: unknown): string;
}

/** The file system of PGlite in which fsync reaches the disk: its own has no fsync, so that `fsync=on` alone does nothing. */
export class DurableFs extends NodeFS {
  override async init(db: PGlite, options: Parameters<NodeFS['init']>[1]): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(db, options);
    emscriptenOpts.preRun = [...(emscriptenOpts.preRun ?? []), addFsync];
    return { emscriptenOpts };
  }
}

function addFsync(module: object): void {
  const binding = (module as { NODEFS: NodeBinding }).NODEFS;
  binding.stream_ops.fsync = (file) => {
    if (file.nfd !== undefined) fsyncSync(file.nfd);
    else syncFolder(binding.realPath(file.node));
    return 0;
  };
}

function syncFolder(path: string): void {
  // Windows cannot open a folder; it needs no such call either.
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
