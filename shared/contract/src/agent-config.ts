import { z } from 'zod';
import { DeviceId, OrganizationId } from './ids.ts';

/** A polygon of the picture to leave out of motion, as fractions 0 to 1 of its width and height. */
export const Mask = z
  .array(z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]))
  .min(3)
  .max(32);
export type Mask = z.infer<typeof Mask>;

/** `agent.json`. Relative paths are relative to the file. Every key but `org`, `camera` and `mqtt` has a default. */
export const AgentConfig = z.strictObject({
  org: OrganizationId.describe('the organization that the device belongs to'),
  camera: z
    .string()
    .min(1)
    .describe('rpicam: | v4l2:/dev/video0 | webcam: | rtsp://… | video:FILE | folder:DIR?fps=10'),
  dataDir: z.string().default('.').describe('folder for certificate, key and outbox'),
  mqtt: z.strictObject({
    host: z.string().min(1).describe('broker: the AWS IoT endpoint, or the site edition’s machine'),
    port: z.int().min(1).max(65535).default(8883),
    caFile: z.string().optional().describe('PEM of the CA that signed the broker’s certificate; default: the system’s'),
    prefix: z
      .string()
      .regex(/^[a-z0-9_]{1,24}$/)
      .default('rollcall')
      .describe('the deployment’s topic and rule prefix'),
  }),
  provisioning: z
    .strictObject({
      serial: DeviceId.describe('serial number, on the allow-list; becomes the thing name'),
      template: z.string().min(1).max(36).default('rollcall').describe('fleet provisioning template'),
      claimCertFile: z.string(),
      claimKeyFile: z.string(),
      keepClaim: z
        .boolean()
        .default(false)
        .describe(
          'leave the claim files where they are once the device has its own certificate: others on this machine share them',
        ),
    })
    .optional()
    .describe('first contact by claim; not needed once the device has its own certificate in dataDir'),
  motion: z
    .strictObject({
      masks: z.array(Mask).max(16).default([]).describe('polygons to ignore, fractions of the picture'),
      minArea: z.number().min(0.0005).max(0.5).default(0.008).describe('fraction of the picture that must move'),
    })
    .prefault({}),
  passage: z
    .strictObject({
      quietMs: z.int().min(200).max(30_000).default(1_200).describe('ms without movement that end a passage'),
      stillMs: z
        .int()
        .min(1_000)
        .max(600_000)
        .default(60_000)
        .describe('ms for which somebody standing still keeps it open'),
      maxMs: z.int().min(5_000).max(900_000).default(120_000).describe('ms after which a passage is cut'),
      maxCaptures: z.int().min(1).max(10).default(3).describe('captures published per passage, at most'),
    })
    .prefault({}),
  faceGate: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe('publish only shots that show a face; auto: when the device keeps up, measured at start'),
  crop: z.boolean().default(true).describe('cut captures to the faces in them when these are small in the frame'),
  outbox: z
    .strictObject({
      maxBytes: z.int().min(1_000_000).max(64_000_000_000).default(1_000_000_000).describe('disk space for what waits'),
      maxItems: z.int().min(10).max(100_000).default(20_000),
      maxAgeDays: z.int().min(1).max(30).default(14).describe('days after which what could not be sent is deleted'),
      keyFile: z
        .string()
        .min(1)
        .optional()
        .describe('secret of 32 bytes or more that is not on the same disk; default: outbox.key in dataDir'),
    })
    .prefault({}),
  heartbeatMs: z.int().min(1_000).max(3_600_000).default(60_000).describe('ms between heartbeats'),
  clock: z
    .enum(['check', 'trusted'])
    .default('check')
    .describe('check: captures say whether a time server keeps the clock; trusted: it is right by other means'),
  releaseKeyFile: z
    .string()
    .min(1)
    .optional()
    .describe(
      'PEM of the public key whose signed releases this device may be updated to; none there: it is not updated',
    ),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});
export type AgentConfig = z.infer<typeof AgentConfig>;
