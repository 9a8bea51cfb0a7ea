import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import type { Api, QueryParameters } from './api.ts';
import { devicesQuery, doorsQuery } from './queries.ts';

describe('what a page shows whole', () => {
  it('is there whole, however many cameras and doors there are', async () => {
    const client = new QueryClient();
    const api = listing(450);
    expect((await client.fetchQuery(devicesQuery(api))).items).toHaveLength(450);
    expect((await client.fetchQuery(doorsQuery(api))).items).toHaveLength(450);
  });
});

/** An API of lists of so many things, as many at once as are asked for. */
function listing(size: number): Api {
  return {
    send: nothing,
    sendPicture: nothing,
    picture: nothing,
    get<T>(_: string, { limit, cursor }: QueryParameters = {}) {
      const from = Number(cursor ?? 0);
      const to = Math.min(size, from + Number(limit));
      const items = Array.from({ length: to - from }, (__, n) => ({ id: `${from + n}` }));
      const page: T = JSON.parse(JSON.stringify({ items, nextCursor: to < size ? `${to}` : null }));
      return Promise.resolve(page);
    },
  };
}

function nothing(): Promise<never> {
  return Promise.reject(new Error('not asked for here'));
}
