import { z } from 'zod';
import { AgentConfig } from './agent-config.ts';

/** Bytes of what is wanted of a device, as JSON: with what the device reports, which repeats it, it must fit into a shadow of 8 KB. */
export const maxSettingsBytes = 3_000;

/** Cameras that may be chosen from afar: what hangs at a door. Clips and folders are for whoever can write on the device itself. */
const liveCamera = /^(rpicam|v4l2|webcam|rtsps?):/;

const camera = z
  .string()
  .max(300)
  .regex(liveCamera, 'expected rpicam:, v4l2:…, webcam: or rtsp://…: clips and folders are named in agent.json alone')
  .refine(hasNoSecret, 'expected no user or password in it: they stay on the device, in the camera of agent.json');

const { motion, passage, faceGate, crop, outbox, heartbeatMs, logLevel } = AgentConfig.shape;
const [motionKeys, passageKeys, outboxKeys] = [motion.unwrap().shape, passage.unwrap().shape, outbox.unwrap().shape];

/**
 * What can be set from afar, within the ranges of `agent.json`. What is absent is as `agent.json` has it. No secret may be in it:
 * it is kept where each operator can read it.
 */
export const DeviceSettings = z
  .strictObject({
    camera: camera.describe('the camera of the door; the device goes back to the one before when it gives no frame'),
    motion: z
      .strictObject({ masks: motionKeys.masks.unwrap(), minArea: motionKeys.minArea.unwrap() })
      .partial()
      .describe('what counts as somebody: a smaller minArea is more sensitive'),
    passage: z
      .strictObject({
        quietMs: passageKeys.quietMs.unwrap(),
        stillMs: passageKeys.stillMs.unwrap(),
        maxMs: passageKeys.maxMs.unwrap(),
        maxCaptures: passageKeys.maxCaptures.unwrap(),
      })
      .partial(),
    faceGate: faceGate.unwrap(),
    crop: crop.unwrap(),
    outbox: z
      .strictObject({
        maxBytes: outboxKeys.maxBytes.unwrap(),
        maxItems: outboxKeys.maxItems.unwrap(),
        maxAgeDays: outboxKeys.maxAgeDays.unwrap(),
      })
      .partial(),
    heartbeatMs: heartbeatMs.unwrap(),
    logLevel: logLevel.unwrap(),
  })
  .partial();
export type DeviceSettings = z.infer<typeof DeviceSettings>;

/** `desired` of the named shadow `config`. `revision` counts changes made through the API, so that none is lost. */
export const DeviceConfig = DeviceSettings.extend({
  v: z.literal(1).default(1),
  revision: z.int().min(0).default(0),
});
export type DeviceConfig = z.infer<typeof DeviceConfig>;

/** One setting that was refused, and why, in words. */
export const ConfigProblem = z.object({ path: z.string().max(100), message: z.string().max(200) });
export type ConfigProblem = z.infer<typeof ConfigProblem>;

/**
 * `reported` of the named shadow `config`: all that is in effect, whether it came from afar or from `agent.json`, under the keys
 * of `DeviceSettings`; which revision of `desired` it answers; and why that was refused, if it was.
 */
export const ReportedConfig = DeviceSettings.extend({
  // As the device has it, without user and password; a clip or a folder too.
  camera: z.string().max(300).optional(),
  v: z.literal(1),
  revision: z.int().min(0),
  problems: z.array(ConfigProblem).max(8).optional(),
});
export type ReportedConfig = z.infer<typeof ReportedConfig>;

/** Of `GET /v1/devices/{id}/config`. */
export const DeviceConfigStatus = z.object({
  /** What was set from afar, even what a device would refuse. */
  desired: z.record(z.string(), z.unknown()),
  /** What is in effect, as the device said last; null before it said anything. */
  reported: ReportedConfig.omit({ v: true, revision: true, problems: true }).nullable(),
  /** Counts changes; for `If-Match`. */
  version: z.int().min(0),
  /** `waiting`: the device has not answered yet; `refused`: it keeps what it had. */
  state: z.enum(['in-effect', 'waiting', 'refused']),
  /** Why it was refused, in words. */
  problem: z.string().nullable(),
  problems: z.array(ConfigProblem),
});
export type DeviceConfigStatus = z.infer<typeof DeviceConfigStatus>;

/** Of `PATCH /v1/devices/{id}/config`: settings to change; null takes one back to what `agent.json` has (RFC 7396). */
export const DeviceSettingsPatch = z.record(z.string().max(100), z.unknown());
export type DeviceSettingsPatch = z.infer<typeof DeviceSettingsPatch>;

function hasNoSecret(uri: string): boolean {
  return !/^rtsps?:\/\/[^/?#]*@/.test(uri) && !/[?&][^=&]*(pass|pwd|token|secret|key|auth)[^=&]*=/i.test(uri);
}
