import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import type { Log } from '@rollcall/kit/log';
import { z } from 'zod';
import type { RuleMessage } from '../../ports/rule-message.ts';
import type { DeviceRecord, DeviceStore } from '../../store/device-store.ts';
import { type FunctionBasis, type LambdaHandler, lambdaHandler } from './invocation.ts';

/** What `ruleSql` of the manifest selects. */
const RuleEvent = z.object({
  org: OrganizationId,
  deviceId: DeviceId,
  payload: z.base64(),
  receivedAt: z.number(),
});

/** Who sent a message, as the records have it. */
export interface Sender {
  readonly message: RuleMessage;
  readonly device: DeviceRecord;
}

/**
 * The handler of a topic rule. The policy of AWS IoT lets a device publish in its own name alone; here the records are asked as well,
 * so that neither a mistake in that policy nor a certificate that was revoked a moment ago lets anything in. Such a message is let go
 * without an answer.
 */
export function ruleHandler(
  basis: FunctionBasis,
  devices: DeviceStore,
  handle: (sender: Sender) => Promise<void>,
): LambdaHandler<void> {
  return lambdaHandler(basis, async (event) => {
    const message = messageOf(event, basis.log);
    const device = message && (await admitted(devices, message));
    if (message && device) return handle({ message, device });
    basis.metrics.add('MessagesDropped');
    if (message) basis.log.warn('message-of-nobody', { org: message.org, deviceId: message.deviceId });
  });
}

function messageOf(event: unknown, log: Log): RuleMessage | undefined {
  const parsed = RuleEvent.safeParse(event);
  if (parsed.success) return { ...parsed.data, payload: new Uint8Array(Buffer.from(parsed.data.payload, 'base64')) };
  // Not what our rule selects, or a topic that no device of ours may publish on.
  log.error('rule-event-unreadable', { problems: parsed.error.issues.map((issue) => issue.path.join('.')) });
  return undefined;
}

async function admitted(devices: DeviceStore, { org, deviceId }: RuleMessage): Promise<DeviceRecord | undefined> {
  const device = await devices.get(org, deviceId);
  return device?.state === 'revoked' ? undefined : device;
}
