import type { LiveEvent } from '@rollcall/contract/live-event';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useApi } from '../api/api-context.tsx';
import { meQuery } from '../api/queries.ts';
import { useSession } from '../session/session-context.ts';
import { applyLiveEvents } from './apply-live-events.ts';
import { LiveContext, type LiveState } from './live-context.ts';
import type { LiveFeedOptions, LiveListener } from './live-connection.ts';

/** Keeps what the pages show in step with the live feed. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const api = useApi();
  const client = useQueryClient();
  const { freshToken } = useSession();
  const live = useQuery(meQuery(api)).data?.live;
  const [state, setState] = useState<LiveState>('connecting');

  useEffect(() => {
    const apply = applyLiveEvents(client);
    const gone = new AbortController();
    const listener = {
      onEvent: (event: LiveEvent) => apply.event(event),
      onState(isLive: boolean) {
        setState(isLive ? 'live' : 'polling');
        // What happened in between was not heard.
        if (isLive) apply.everything();
      },
    };
    if (live) void openWhenLoaded({ origin: location.origin, live, freshToken }, listener, gone.signal);
    else if (live === null) listener.onState(false);
    return () => {
      gone.abort();
      apply.stop();
    };
  }, [client, live, freshToken]);

  return <LiveContext value={state}>{children}</LiveContext>;
}

/** The feed's code is loaded apart: the page is of use before the feed is. */
async function openWhenLoaded(feed: LiveFeedOptions, listener: LiveListener, gone: AbortSignal): Promise<void> {
  try {
    const { openLiveConnection } = await import('./live-connection.ts');
    if (gone.aborted) return;
    const connection = openLiveConnection(feed, listener);
    gone.addEventListener('abort', () => connection.close());
  } catch {
    // The code of the feed could not be loaded: the page polls.
    listener.onState(false);
  }
}
