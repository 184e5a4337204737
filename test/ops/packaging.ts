/** An instruction of a Dockerfile, with its lines put together. */
export interface Instruction {
  readonly name: string;
  readonly value: string;
}

/** The stages of a Dockerfile, each beginning with its FROM. @throws Error for a line that is no instruction */
export function dockerfile(text: string): Instruction[][] {
  const stages: Instruction[][] = [];
  const lines = text.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\\\n\s*/g, '');
  for (const line of lines.split('\n').filter((l) => l.trim() !== '')) {
    const [, name, value] =
      /^(FROM|RUN|COPY|ADD|LABEL|ENV|WORKDIR|USER|VOLUME|EXPOSE|STOPSIGNAL|HEALTHCHECK|ENTRYPOINT|CMD) (.+)$/.exec(
        line,
      ) ?? [];
    if (!name || !value) throw new Error(`"${line}" is no instruction`);
    if (name === 'FROM') stages.push([]);
    const stage = stages.at(-1);
    if (!stage) throw new Error(`"${line}" stands before FROM`);
    stage.push({ name, value: value.trim() });
  }
  return stages;
}

/** The sections of a unit of systemd. @throws Error for a line that is no setting, or a setting that stands twice */
export function unit(text: string): Record<string, Record<string, string>> {
  const sections: Record<string, Record<string, string>> = {};
  let section: Record<string, string> = {};
  for (const line of text.split('\n').filter((l) => !/^\s*(#|;|$)/.test(l))) {
    const [, title] = /^\[(\w+)\]$/.exec(line) ?? [];
    if (title) {
      section = {};
      sections[title] = section;
      continue;
    }
    const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (!key || value === undefined) throw new Error(`"${line}" is no setting`);
    if (key in section && key !== 'Environment') throw new Error(`${key} stands twice`);
    section[key] = value;
  }
  return sections;
}
