import type { LiveAccess } from '@rollcall/contract/access';
import { LiveEvent } from '@rollcall/contract/live-event';
import { config } from 'zod';
import { MqttListener } from './mqtt-listener.ts';

// The page's content security policy allows no code made from text, which zod would try first.
config({ jitless: true });

export interface LiveConnection {
  readonly close: () => void;
}

export interface LiveListener {
  readonly onEvent: (event: LiveEvent) => void;
  /** Whether events arrive now. */
  readonly onState: (live: boolean) => void;
}

export interface LiveFeedOptions {
  /** Of the page, `https://…`. */
  readonly origin: string;
  /** Where the feed is, as `/v1/me` says. */
  readonly live: LiveAccess;
  /** A token that is good for so many seconds more, if one is to be had. */
  readonly freshToken: (leastSeconds: number) => Promise<string | undefined>;
}

/** The live feed of one organization, by MQTT over WebSocket. Reconnects for ever, with a token that is valid then. */
export function openLiveConnection(
  { origin, live, freshToken }: LiveFeedOptions,
  listener: LiveListener,
): LiveConnection {
  const connection = new MqttListener({
    url: new URL(live.url, origin.replace(/^http/, 'ws')).href,
    clientIdPrefix: live.clientIdPrefix,
    username: live.username,
    password: async () => (await freshToken(live.minTokenSeconds)) ?? '',
    filter: live.topicFilter,
    onMessage(payload) {
      const event = parseEvent(payload);
      if (event) listener.onEvent(event);
    },
    onState: listener.onState,
  });
  return { close: () => connection.stop() };
}

/** An event of a newer server that this page does not know is nothing to it. */
function parseEvent(payload: string): LiveEvent | undefined {
  try {
    return LiveEvent.parse(JSON.parse(payload));
  } catch {
    return undefined;
  }
}
