import { type Ack, PassageMessage } from '@rollcall/contract/capture';
import type { CaptureId, DeviceId, DoorId, OrganizationId } from '@rollcall/contract/ids';
import { InvalidInput, Unavailable } from '@rollcall/kit/app-error';
import { parse } from '@rollcall/kit/parse';
import type { DeviceAcks } from '../ports/device-acks.ts';
import type { RuleMessage } from '../ports/rule-message.ts';
import { advancePassage } from './advance-passage.ts';
import { idOf, jsonOf } from './device-message.ts';
import { logPassage } from './log-passage.ts';
import { newPassage, passageExpiry, silentMs } from './passage-progress.ts';
import type { SettlePorts } from './recognition-ports.ts';
import { instantOf } from '@rollcall/kit/clock';

export interface AcceptPassagePorts extends SettlePorts {
  readonly acks: DeviceAcks;
  /** The door to which a device is assigned. */
  readonly doorOf: (org: OrganizationId, device: DeviceId) => Promise<DoorId | null>;
  /** A capture of it that waited must be searched now. */
  readonly onPending: (org: OrganizationId, id: CaptureId) => void;
}

/** Rounds against captures of the passage that are being recognized. */
const maxRounds = 20;

/** Writes down that a passage is over, tells the device, and decides what is left undecided if all of its captures are finished. */
export async function acceptPassage(ports: AcceptPassagePorts, message: RuleMessage): Promise<void> {
  const { org, deviceId, payload } = message;
  let raw: unknown;
  try {
    raw = jsonOf(payload);
    const passage = parse(PassageMessage, raw, 'the passage');
    const doorId = await ports.doorOf(org, deviceId);
    const ack = await note(ports, { org, deviceId, doorId }, passage);
    if (ack.status === 'stored') await logPassage(ports, { ...message, doorId }, passage);
    await ports.acks.publishAck(org, deviceId, ack);
    const due = await advancePassage(ports, org, passage.passageId);
    if (due) ports.onPending(org, due);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    ports.log.warn('passage-refused', { deviceId, bytes: payload.length, reason: error.message });
    const id = idOf(raw, 'passageId');
    if (id !== undefined) {
      await ports.acks.publishAck(org, deviceId, { id, status: 'refused', reason: error.message });
    }
  }
}

async function note(
  ports: AcceptPassagePorts,
  {
    org,
    deviceId,
    doorId,
  }: { readonly org: OrganizationId; readonly deviceId: DeviceId; readonly doorId: DoorId | null },
  message: PassageMessage,
): Promise<Ack> {
  const id = message.passageId;
  for (let round = 0; round < maxRounds; round++) {
    const stored = await ports.passages.get(org, id);
    if (stored && stored.passage.deviceId !== deviceId) {
      return { id, status: 'refused', reason: 'passageId: there is another passage with this id' };
    }
    // Nothing follows from a passage without captures, nor from the same message again.
    if (stored ? stored.passage.expected !== null : message.captures.length === 0) return { id, status: 'stored' };
    const now = ports.clock.now();
    const passage = stored?.passage ?? {
      ...newPassage(id, { deviceId, doorId }),
      dueAt: instantOf(now + silentMs),
    };
    const ended = { ...passage, expected: message.captures };
    if (await ports.passages.save(org, ended, stored?.version ?? 0, passageExpiry(now)))
      return { id, status: 'stored' };
  }
  throw new Unavailable(`passage ${id} kept changing: send it again`);
}
