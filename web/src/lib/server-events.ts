export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/**
 * The server-sent events of an answer. EventSource cannot send a key, so the stream is read here.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export async function* serverEvents(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<ServerEvent> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = eventOf(block);
        if (event) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** @returns null for a comment, which only says that the connection is alive */
function eventOf(block: string): ServerEvent | null {
  const lines = block.split(/\r?\n/);
  const all = (field: string) =>
    lines.filter((line) => line.startsWith(`${field}:`)).map((line) => line.slice(field.length + 1).replace(/^ /, ''));
  const data = all('data');
  return data.length === 0 ? null : { name: all('event').at(-1) ?? 'message', data: data.join('\n') };
}
