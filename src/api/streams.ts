/** The same sequence, of which the first item is there already: what cannot begin fails here. */
export async function begun<T>(items: AsyncGenerator<T>): Promise<AsyncGenerator<T>> {
  const first = await items.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* items;
  })();
}

/** The same sequence; `giveUp` is called when nobody takes the next item for so many milliseconds. */
export async function* watched<T>(items: AsyncIterable<T>, patience: number, giveUp: () => void): AsyncGenerator<T> {
  for await (const item of items) {
    const timer = setTimeout(giveUp, patience).unref();
    try {
      yield item;
    } finally {
      clearTimeout(timer);
    }
  }
}
