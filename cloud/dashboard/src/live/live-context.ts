import { createContext, useContext } from 'react';

/** `polling`: the live connection is down; pages ask for news instead. */
export type LiveState = 'connecting' | 'live' | 'polling';

export const LiveContext = createContext<LiveState>('connecting');

export function useLiveState(): LiveState {
  return useContext(LiveContext);
}

/** ms between reads of what the live feed would tell: rare while it works (a message may be lost), often while it does not. */
export function usePollMs(): number {
  return useLiveState() === 'live' ? 120_000 : 10_000;
}
