import type { OutboxItem } from '../ports/outbox.ts';

/** What the choice looks at. */
export type Droppable = Pick<OutboxItem, 'kind' | 'sequence' | 'seq'>;

/**
 * The item to lose when there is no room for all: the oldest of the least worth. A later capture of a passage is worth least,
 * because its first one marks the person already, and a report no more, because it can be asked for again; then the end of a passage, which the cloud assumes by itself after a while;
 * first captures go last. undefined when there is nothing.
 */
export function whatToDrop<T extends Droppable>(items: Iterable<T>): T | undefined {
  let choice: T | undefined;
  for (const item of items) {
    if (!choice || worth(item) < worth(choice) || (worth(item) === worth(choice) && item.seq < choice.seq))
      choice = item;
  }
  return choice;
}

function worth(item: Droppable): number {
  if (item.kind === 'passage') return 1;
  return item.kind === 'report' || item.sequence > 1 ? 0 : 2;
}
