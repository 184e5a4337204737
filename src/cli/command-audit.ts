import type { Command } from 'commander';
import type { Database } from '../db/database.ts';
import { sqlState } from '../db/errors.ts';
import { mayWrite } from '../db/rights.ts';
import type { ErrorCode } from '../errors.ts';
import { AuditEntry, failure, type Learnt, noTable, systemUser } from '../ops/audit.ts';
import { type Effect, effectOf } from './effects.ts';
import { exitCodes } from './exit-codes.ts';

/**
 * The entry of the command that runs, in the audit log. It begins when the command first opens the database, before the
 * command has it; so a command that fails before that, as by a mistyped option, has done nothing and leaves none.
 */
export class CommandAudit {
  #effect: Effect = 'reads';
  #entry: AuditEntry | null = null;
  #isBegun = false;
  #database: Database | null = null;

  /** The command that is about to run. */
  called(command: Command): void {
    const words = wordsOf(command);
    this.#effect = effectOf(words.join(' '), command.opts());
    if (this.#effect === 'reads') return;
    this.#entry = new AuditEntry({
      via: 'cli',
      who: systemUser(),
      origin: process.stdin.isTTY ? 'terminal' : 'no terminal',
      action: words.join('.'),
      target: targetOf(command),
      arguments: argumentsOf(command),
    });
  }

  /** The command is about to get the database. @throws AppError when the entry cannot be written, and must be */
  async opened(database: Database): Promise<void> {
    if (this.#entry === null || this.#database !== null) return;
    if (this.#effect === 'notes' && !(await mayWrite(database))) {
      this.#entry = null;
      return;
    }
    this.#isBegun = await this.#entry.begin(database);
    this.#database = database;
  }

  /** What is known now of what the command does. */
  learn(learnt: Learnt): void {
    this.#entry?.learn(learnt);
  }

  /**
   * The command has ended: with this error, or without. `exitCode`: what it ends the process with.
   * @throws AppError when a command that changed something cannot be written down
   */
  async ended(error: unknown, exitCode: number): Promise<void> {
    if (this.#entry === null || this.#database === null) return;
    try {
      await this.#entry.end(this.#database, outcome(error, exitCode));
    } catch (failed) {
      // Before an upgrade, and after a downgrade, there is no log to write to.
      if (sqlState(failed) === noTable) return;
      if (error === null || this.#isBegun) throw failed;
    }
  }

  /** The same entry in another database, to which the command has copied everything. */
  async endedIn(database: Database): Promise<void> {
    await this.#entry?.end(database, { state: 'ok' });
  }
}

function outcome(error: unknown, exitCode: number) {
  if (error !== null) return failure(error);
  if (exitCode === 0) return { state: 'ok' } as const;
  const codes = Object.entries(exitCodes) as [ErrorCode, number][];
  const errorCode = codes.find(([, code]) => code === exitCode)?.[0] ?? null;
  return { state: 'failed', errorCode, message: `It ended with exit code ${exitCode}.` } as const;
}

/** The words that call a command, without the program's name. */
function wordsOf(command: Command): string[] {
  return command.parent === null ? [] : [...wordsOf(command.parent), command.name()];
}

/** What it is called with, but for how its output is to look. */
function argumentsOf(command: Command): Record<string, unknown> {
  const { json: _, ...options } = command.opts();
  const named = command.registeredArguments.map((argument, i) => [argument.name(), command.processedArgs[i]]);
  return { ...Object.fromEntries(named), ...options };
}

/** What it is done to, where the first argument says so: a source, a key, a file. */
function targetOf({ registeredArguments: [first], processedArgs: [value] }: Command): string | null {
  if (first?.name() === 'sql') return null;
  if (Array.isArray(value)) return value.length === 0 ? null : value.join(' ');
  return typeof value === 'string' ? value : null;
}
