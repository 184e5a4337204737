import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { AppError, messageOf } from '../../errors.ts';
import { HostedServer } from './hosted.ts';
import { tryLock } from './lock.ts';
import { type EmbeddedAddress, type Owner, readOwner, removeOwner, socketName, writeOwner } from './owner-file.ts';

const silentOwnerMs = 15_000; // an owner that says it listens, and does not answer
const startingOwnerMs = 120_000; // the first start makes the database, which a slow disk draws out

/**
 * The embedded database of a data folder. The first process that opens it owns the folder and runs the server; the others
 * talk to its socket. When the owner goes, the next one that wants to connect becomes the owner.
 */
export class EmbeddedDatabase {
  readonly #dataDir: string;
  readonly #say: (text: string) => void;
  #address: EmbeddedAddress | null = null;
  #hosted: HostedServer | null = null;
  #unlock: (() => void) | null = null;
  #joining: Promise<EmbeddedAddress> | null = null;
  // At exit the lock is left to the kernel: the server's thread may still write, and the next owner must wait until it is gone.
  readonly #atExit = () => removeOwner(this.#dataDir);

  constructor(dataDir: string, say: (text: string) => void) {
    this.#dataDir = dataDir;
    this.#say = say;
  }

  /** Whether this process runs the server. */
  get isOwner(): boolean {
    return this.#hosted !== null;
  }

  /**
   * Where the server listens. Starts one in this process when there is none.
   * @throws AppError `locked`, `database_refused`, `database_full`, `database_unreachable`
   */
  async address(): Promise<EmbeddedAddress> {
    return this.#address ?? this.rejoin();
  }

  /** Finds the server anew after a connection failed. */
  async rejoin(): Promise<EmbeddedAddress> {
    this.#joining ??= this.#join().finally(() => {
      this.#joining = null;
    });
    return this.#joining;
  }

  /** Leaves the server; its owner ends it when the others have finished their work. */
  async close(): Promise<void> {
    await this.#joining?.catch(() => null);
    const hosted = this.#hosted;
    this.#address = null;
    if (!hosted) return;
    await hosted.close();
    this.#forget();
  }

  async #join(): Promise<EmbeddedAddress> {
    this.#address = null;
    prepareFolder(this.#dataDir);
    const start = performance.now();
    for (;;) {
      await this.#hosted?.settled();
      const address = this.#hosted ? this.#hosted.address : ((await this.#own()) ?? (await this.#ownersAddress()));
      if (address) {
        this.#address = address;
        return address;
      }
      const owner = readOwner(this.#dataDir);
      if (performance.now() - start > (owner?.address ? silentOwnerMs : startingOwnerMs))
        throw noAnswer(this.#dataDir, owner);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #own(): Promise<EmbeddedAddress | null> {
    const unlock = this.#lock();
    if (!unlock) return null;
    this.#unlock = unlock;
    process.once('exit', this.#atExit);
    try {
      writeOwner(this.#dataDir, null);
      this.#hosted = await HostedServer.start(this.#dataDir, join(this.#dataDir, 'pgdata'), this.#say, () =>
        this.#forget(),
      );
      writeOwner(this.#dataDir, this.#hosted.address);
      return this.#hosted.address;
    } catch (error) {
      this.#forget();
      throw error instanceof AppError ? error : folderError(this.#dataDir, error);
    }
  }

  #lock(): (() => void) | null {
    try {
      return tryLock(join(this.#dataDir, 'lock.sqlite'));
    } catch (error) {
      throw folderError(this.#dataDir, error);
    }
  }

  async #ownersAddress(): Promise<EmbeddedAddress | null> {
    const address = readOwner(this.#dataDir)?.address;
    return address && (await answers(address)) ? address : null;
  }

  /** Gives the folder up, once the server has ended. */
  #forget(): void {
    process.off('exit', this.#atExit);
    this.#hosted = null;
    this.#address = null;
    if (!this.#unlock) return;
    removeOwner(this.#dataDir);
    this.#unlock();
    this.#unlock = null;
  }
}

function prepareFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    // A folder that holds other things too is not ours to close; the socket and the database in it are closed anyway.
    const entries = readdirSync(dataDir);
    if (entries.length === 0 || existsSync(join(dataDir, 'lock.sqlite'))) chmodSync(dataDir, 0o700);
  } catch (error) {
    throw folderError(dataDir, error);
  }
}

function folderError(dataDir: string, error: unknown): AppError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const how = `the data folder ${dataDir}`;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError(
      'database_full',
      `There is no space left in ${how}. Free some space, or set OPENTHREAT_DATA_DIR.`,
      {},
      error,
    );
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    return new AppError('invalid_setting', `OPENTHREAT_DATA_DIR: ${dataDir} is not a folder.`, {}, error);
  }
  return new AppError(
    'database_refused',
    `This user cannot write to ${how} (${messageOf(error)}). Give it the right to, or set OPENTHREAT_DATA_DIR to another folder.`,
    {},
    error,
  );
}

function noAnswer(dataDir: string, owner: Owner | null): AppError {
  const who = owner ? `process ${owner.pid}, which has it open since ${owner.since}` : 'another process';
  return new AppError(
    'locked',
    `The data folder ${dataDir} is in use by ${who} and does not answer. Wait for it or end it, then try again.`,
  );
}

async function answers(address: EmbeddedAddress): Promise<boolean> {
  const target = address.host.startsWith('/')
    ? { path: join(address.host, socketName) }
    : { host: address.host, port: address.port };
  return new Promise((resolve) => {
    const socket = connect(target);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
