import type { AgentConfig } from '@rollcall/contract/agent-config';
import type { ConfigProblem, DeviceSettings } from '@rollcall/contract/device-config';
import { countCells } from './cell-set.ts';
import { watchedCells } from './mask.ts';

/** What is in effect: `agent.json`, changed by what was set from afar. */
export type Settings = Readonly<
  Pick<AgentConfig, 'camera' | 'motion' | 'passage' | 'faceGate' | 'crop' | 'heartbeatMs' | 'logLevel'>
> & { readonly outbox: Pick<AgentConfig['outbox'], 'maxBytes' | 'maxItems' | 'maxAgeDays'> };

/** `local` with what `remote` has of it. */
export function settingsOf(local: Readonly<AgentConfig>, remote: DeviceSettings): Settings {
  const { motion, passage, outbox } = local;
  return {
    camera: remote.camera === undefined ? local.camera : withLogin(remote.camera, local.camera),
    motion: {
      masks: remote.motion?.masks ?? motion.masks,
      minArea: remote.motion?.minArea ?? motion.minArea,
    },
    passage: {
      quietMs: remote.passage?.quietMs ?? passage.quietMs,
      stillMs: remote.passage?.stillMs ?? passage.stillMs,
      maxMs: remote.passage?.maxMs ?? passage.maxMs,
      maxCaptures: remote.passage?.maxCaptures ?? passage.maxCaptures,
    },
    faceGate: remote.faceGate ?? local.faceGate,
    crop: remote.crop ?? local.crop,
    outbox: {
      maxBytes: remote.outbox?.maxBytes ?? outbox.maxBytes,
      maxItems: remote.outbox?.maxItems ?? outbox.maxItems,
      maxAgeDays: remote.outbox?.maxAgeDays ?? outbox.maxAgeDays,
    },
    heartbeatMs: remote.heartbeatMs ?? local.heartbeatMs,
    logLevel: remote.logLevel ?? local.logLevel,
  };
}

/** Less of the picture shows nobody. */
const leastWatched = 0.01;
/** As fine as motion is looked for in most pictures. */
const grid = { columns: 80, rows: 45, cellPixels: 1 };

/** What is wrong with settings that are each in their range. */
export function contradictionsIn({ motion, passage }: Settings): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const { quietMs, maxMs } = passage;
  if (quietMs >= maxMs) {
    const message = `expected less than passage.maxMs, which is ${maxMs}, got ${quietMs}`;
    problems.push({ path: 'passage.quietMs', message });
  }
  if (countCells(watchedCells(motion.masks, grid)) < leastWatched * grid.columns * grid.rows) {
    problems.push({ path: 'motion.masks', message: 'expected masks that leave something of the picture to watch' });
  }
  return problems;
}

/**
 * A network camera with the user and password that `agent.json` has for the camera at the same host and port. They never come from afar,
 * and never go to another host.
 */
function withLogin(remote: string, local: string): string {
  const [wanted, known] = [networkCamera(remote), networkCamera(local)];
  if (!wanted || !known || wanted.login || !known.login) return remote;
  // Nor over a connection that is less safe.
  if (wanted.host !== known.host || wanted.scheme !== known.scheme) return remote;
  return `${wanted.scheme}${known.login}${wanted.host}${wanted.rest}`;
}

/** The parts of `rtsp://user:password@host:554/path`; a password may hold what it should not, up to the last `@`. */
function networkCamera(uri: string) {
  const [, scheme, login = '', host, rest = ''] = /^(rtsps?:\/\/)(.*@)?([^/?#]*)(.*)$/is.exec(uri) ?? [];
  if (scheme === undefined || host === undefined) return undefined;
  return { scheme: scheme.toLowerCase(), login, host: host.toLowerCase(), rest };
}
