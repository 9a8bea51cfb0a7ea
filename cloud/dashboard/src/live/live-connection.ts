import { LiveEvent } from '@rollcall/contract/live-event';
import mqtt from 'mqtt';
import { config } from 'zod';

// The page's content security policy allows no code made from text, which zod would try first.
config({ jitless: true });

export interface LiveConnection {
  close(): void;
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
  const client = mqtt.connect(`${options.origin.replace(/^http/, 'ws')}/mqtt`, {
    clientId: `dashboard-${crypto.randomUUID()}`,
    username: 'token',
    password: options.accessToken() ?? '',
    clean: true,
    keepalive: 30,
    connectTimeout: 8_000,
    reconnectPeriod: 4_000,
    resubscribe: false,
    transformWsUrl: (url, _options, reconnecting) => {
      reconnecting.options.password = options.accessToken() ?? '';
      return url;
    },
  });
  client.on('connect', () => {
    client.subscribe(`rollcall/${options.organizationId}/live/#`, { qos: 0 }, (error, granted) => {
      listener.onState(!error && (granted ?? []).every((g) => g.qos < 128));
    });
  });
  client.on('close', () => listener.onState(false));
  client.on('error', () => listener.onState(false));
  client.on('message', (_topic, payload) => {
    const event = parseEvent(new TextDecoder().decode(payload));
    if (event) listener.onEvent(event);
  });
  return { close: () => client.end(true) };
}

/** An event of a newer server that this page does not know is nothing to it. */
function parseEvent(payload: string): LiveEvent | undefined {
  try {
    return LiveEvent.parse(JSON.parse(payload));
  } catch {
    return undefined;
  }
}
