/** Why a document or archive cannot be read, as the end of a sentence that starts with its name. */
export class ReadFailure extends Error {
  /** The whole input is to be given up, not only the entry of an archive in hand. */
  readonly whole: boolean;

  constructor(reason: string, options: { whole?: boolean; cause?: unknown } = {}) {
    super(reason, { cause: options.cause });
    this.name = 'ReadFailure';
    this.whole = options.whole ?? false;
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'cannot be read: permission denied',
  EPERM: 'cannot be read: permission denied',
  ENOENT: 'is gone: it was there when the reading began',
  ENOTDIR: 'is gone: it was there when the reading began',
  EISDIR: 'is a folder',
  ELOOP: 'is a link that leads back to itself',
  EMFILE: 'cannot be opened: too many files are open',
  ENFILE: 'cannot be opened: too many files are open',
  EIO: 'cannot be read: the disk reports an error',
  Z_BUF_ERROR: 'is cut off: its compressed content ends too early',
  Z_DATA_ERROR: 'is damaged: its compressed content does not add up',
  Z_NEED_DICT: 'needs a dictionary to be unpacked, which is not supported',
  ERR_BUFFER_TOO_LARGE: 'is damaged: it unpacks to more than its archive says',
};

/** The reason for people behind an error of the system or of unpacking; anything else is a fault of ours and thrown on. */
export function failureOf(error: unknown): ReadFailure {
  if (error instanceof ReadFailure) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') throw error;
  const reason = reasons[code] ?? (code.startsWith('ZSTD_') ? reasons.Z_DATA_ERROR : undefined);
  if (reason !== undefined) return new ReadFailure(reason, { cause: error });
  if (!('syscall' in (error as Error)) && !code.startsWith('Z_')) throw error;
  return new ReadFailure(`cannot be read: ${code}`, { cause: error });
}
