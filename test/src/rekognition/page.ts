import { ServiceError } from './service-error.ts';

/** Part of a list, and where to go on. @throws ServiceError for a token that no earlier page gave. */
export function page<T>(
  all: readonly T[],
  { NextToken, MaxResults }: { readonly NextToken?: string | undefined; readonly MaxResults?: number | undefined },
  most: number,
): { readonly items: T[]; readonly NextToken?: string } {
  const from = NextToken === undefined ? 0 : offsetIn(NextToken);
  const size = MaxResults || most;
  const items = all.slice(from, from + size);
  if (from + size >= all.length) return { items };
  return { items, NextToken: Buffer.from(`after ${from + size}`).toString('base64') };
}

function offsetIn(token: string): number {
  const [, offset] = /^after (\d+)$/.exec(Buffer.from(token, 'base64').toString()) ?? [];
  if (offset === undefined) throw new ServiceError('InvalidPaginationTokenException', 'Invalid Pagination Token');
  return Number(offset);
}
