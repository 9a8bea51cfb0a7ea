import type { DeviceConfigStatus } from '@rollcall/contract/device-config';
import type { FaceGateHealth, Heartbeat } from '@rollcall/contract/heartbeat';
import type { Device } from '@rollcall/contract/place';
import { cameraWord } from './camera-word.ts';

/** All that is known of a device, in rows of two. */
export function deviceFacts(device: Device, config: DeviceConfigStatus): string[][] {
  const { health, decommission, replacedBy } = device;
  const lost = (health?.outbox.parked ?? 0) + (health?.outbox.dropped ?? 0);
  return [
    ['device', device.id],
    ['state', device.state],
    ['link', device.online ? 'online' : 'offline'],
    ['door', device.doorId ?? '-'],
    ['last seen', device.lastSeenAt ?? 'never'],
    ['agent', health?.agentVersion ?? '-'],
    ['camera', health ? cameraWord(health.camera) : '-'],
    ['passages', health ? `${health.passages}, with ${health.captures} captures, since ${health.startedAt}` : '-'],
    ['face gate', health?.faceGate ? gateWords(health.faceGate) : '-'],
    ['settings', settingsWords(config)],
    ['waiting', health ? waitingWords(health.outbox) : '-'],
    ...(lost > 0 ? [['lost', `${lost}: ${health?.outbox.parked} set aside, ${health?.outbox.dropped} dropped`]] : []),
    ['certificate until', health?.certificate?.expiresAt ?? '-'],
    ...problemsOf(health, config).map((problem) => ['problem', problem]),
    ...(replacedBy === null ? [] : [['replaced by', replacedBy]]),
    ...(decommission === null ? [] : [['wiped', decommission.wipedAt ?? `not yet; until ${decommission.deadline}`]]),
  ];
}

function problemsOf(health: Device['health'], { problem }: DeviceConfigStatus): string[] {
  const problems = [
    health?.camera.detail,
    health?.clockSynced === false ? 'no time server keeps its clock' : undefined,
    health?.outbox.problem,
    health?.certificate?.problem,
    problem === null ? undefined : `it keeps the settings it had: ${problem}`,
  ];
  return problems.filter((words) => words !== undefined);
}

function gateWords({ state, detail }: FaceGateHealth): string {
  return detail === undefined ? state : `${state}: ${detail}`;
}

function waitingWords({ items, oldestAt }: Heartbeat['outbox']): string {
  return oldestAt === undefined || items === 0 ? `${items}` : `${items}, since ${oldestAt}`;
}

function settingsWords({ version, state }: DeviceConfigStatus): string {
  if (version === 0) return 'as on the device';
  const words = { 'in-effect': 'in effect', waiting: 'waiting for the camera', refused: 'refused' };
  return `version ${version}, ${words[state]}`;
}
