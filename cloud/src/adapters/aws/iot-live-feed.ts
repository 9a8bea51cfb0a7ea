import type { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import type { OrganizationId } from '@rollcall/contract/ids';
import type { LiveEvent } from '@rollcall/contract/live-event';
import { liveTopic } from '@rollcall/contract/topics';
import { Unavailable } from '@rollcall/kit/app-error';
import type { Log } from '@rollcall/kit/log';
import type { LiveFeed } from '../../ports/live-feed.ts';
import { publishJson } from './iot-publish.ts';

export interface IotLiveFeedOptions {
  /** Of the account's own data endpoint, `…-ats.iot.{region}.amazonaws.com`. */
  readonly client: IoTDataPlaneClient;
  readonly prefix: string;
  readonly log: Log;
  /** Ms for one event, tries and all: what it tells of is recorded, and whoever records it has no time to wait. @default 1500 */
  readonly deadlineMs?: number;
}

/** The live feed of the cloud edition: browsers subscribe by MQTT over WebSocket. Needs iot:Publish on `{prefix}/+/live/*`. */
export class IotLiveFeed implements LiveFeed {
  readonly #options: IotLiveFeedOptions;

  constructor(options: IotLiveFeedOptions) {
    this.#options = options;
  }

  /** Best effort: what fails is logged, and whoever missed it reads it over the API. */
  async publish(org: OrganizationId, event: LiveEvent): Promise<void> {
    const { client, prefix, log, deadlineMs = 1_500 } = this.#options;
    try {
      await publishJson(client, liveTopic(prefix, org, event.kind), event, { qos: 0, deadlineMs });
    } catch (err) {
      if (err instanceof Unavailable) log.warn('live-event-lost', { org, kind: event.kind, reason: err.message });
      else log.error('live-event-failed', { org, kind: event.kind, err });
    }
  }
}
