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

/** The live feed of one organization, over MQTT on this origin. Reconnects for ever, with the token that is valid then. */
export function openLiveConnection(
  options: { readonly origin: string; readonly organizationId: string; readonly accessToken: () => string | undefined },
  listener: LiveListener,
): LiveConnection {
  const connection = new MqttListener({
    url: `${options.origin.replace(/^http/, 'ws')}/mqtt`,
    username: 'token',
    password: () => options.accessToken() ?? '',
    filter: `rollcall/${options.organizationId}/live/#`,
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
