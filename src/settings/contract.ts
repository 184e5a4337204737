/** One setting: what it is called in the environment is its key in the table it stands in. */
export interface Setting {
  readonly type: 'path' | 'url' | 'integer' | 'duration' | 'text' | readonly string[];
  readonly default: string; // as it would be written in the environment; '' when computed, see `description`
  readonly description: string;
  readonly secret?: true; // its value must never be shown
  readonly min?: number;
  readonly max?: number;
}

export type Settings = Readonly<Record<string, Setting>>;
