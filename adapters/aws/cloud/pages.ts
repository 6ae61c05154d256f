interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
}

/** Every item of a list that AWS hands out page by page. */
export async function* items<Item>(
  ask: (token: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<Item, void> {
  let token: string | undefined;
  do {
    const page = await ask(token);
    yield* page.items;
    token = page.next;
  } while (token);
}

export async function all<Item>(ask: (token: string | undefined) => Promise<Page<Item>>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items(ask)) found.push(item);
  return found;
}
