import { Misconfigured } from '@rollcall/kit/app-error';
import { z } from 'zod';
import { withoutPasswords } from './last-words.ts';

const whole = (from: number, to: number) => {
  const expected = `expected a whole number from ${from} to ${to}`;
  return z
    .string()
    .regex(/^\d{1,6}$/, expected)
    .transform(Number)
    .refine((value) => value >= from && value <= to, expected);
};
const expectedFps = 'expected fps from 0.1 to 60';

const speed = z.enum(['own', 'max'], 'expected speed=own or max').default('own');
const loop = z
  .enum(['0', '1'], 'expected loop=0 or 1')
  .default('0')
  .transform((value) => value === '1');
/** The size is asked for; a camera that has no such size gives the nearest that it has. */
const size = { width: whole(160, 4096).default(1280), height: whole(120, 3072).default(720) };
const framerate = whole(1, 60).default(15);
/** In `/dev` and nowhere else: what is chosen from afar is a camera, never a file. Names by the path of the plug have colons. */
const device = z.string().regex(/^\/dev\/(?!.*(?:\.\.|\/\/))[\w.:/-]{1,100}$/, 'expected a device such as /dev/video0');
/** fswebcam shows whatever picture it is told to, and what programs share is in `/dev`, too. */
const ownDevice = device.regex(/^\/dev\/(?!shm\/)/, 'expected a device such as /dev/video0');

const Video = z.strictObject({ file: z.string().min(1, 'expected a path after video:'), speed, loop });
const Folder = z.strictObject({
  dir: z.string().min(1, 'expected a path after folder:'),
  fps: z
    .string()
    .default('10')
    .transform(Number)
    .refine((value) => value >= 0.1 && value <= 60, expectedFps),
  speed,
  loop,
});
const Rpicam = z.strictObject({
  ...size,
  framerate,
  quality: whole(1, 100).default(85),
  camera: whole(0, 3).default(0),
  rotation: z
    .enum(['0', '180'], 'expected rotation=0 or 180')
    .default('0')
    .transform((value) => (value === '180' ? 180 : 0)),
});
const V4l2 = z.strictObject({
  device: device.default('/dev/video0'),
  ...size,
  framerate,
  format: z.enum(['mjpeg', 'yuyv'], 'expected format=mjpeg or yuyv').default('mjpeg'),
});
const Webcam = z.strictObject({
  device: z.union([z.literal('TEST'), ownDevice], 'expected a device such as /dev/video0').default('/dev/video0'),
  ...size,
  quality: whole(1, 95).default(85),
});

/** `own`: as fast as it was filmed, the latest frame wins. `max`: every frame, as fast as they are taken. */
export type Speed = z.infer<typeof speed>;
export type RpicamOptions = Readonly<z.infer<typeof Rpicam>>;
export type V4l2Options = Readonly<z.infer<typeof V4l2>>;
export type WebcamOptions = Readonly<z.infer<typeof Webcam>>;

/** A camera as its URI names it. */
export type CameraUri =
  | ({ readonly kind: 'video' } & Readonly<z.infer<typeof Video>>)
  | ({ readonly kind: 'folder' } & Readonly<z.infer<typeof Folder>>)
  | ({ readonly kind: 'rpicam' } & RpicamOptions)
  | ({ readonly kind: 'v4l2' } & V4l2Options)
  | ({ readonly kind: 'webcam' } & WebcamOptions)
  | { readonly kind: 'rtsp'; readonly url: string };

const known =
  'rpicam:, v4l2:/dev/video0, webcam:, rtsp://…, video:FILE[?speed=max][&loop=1] or folder:DIR[?fps=10][&speed=max][&loop=1]';

/** Reads a camera URI. @throws Misconfigured saying what was expected; without the password that a URI may hold. */
export function parseCameraUri(uri: string): CameraUri {
  const colon = uri.indexOf(':');
  const scheme = colon < 0 ? '' : uri.slice(0, colon);
  const rest = uri.slice(colon + 1);
  switch (scheme) {
    case 'video':
      return notEndless({ kind: scheme, ...read(Video, 'file', rest, uri) }, uri);
    case 'folder':
      return notEndless({ kind: scheme, ...read(Folder, 'dir', rest, uri) }, uri);
    case 'rpicam':
      return { kind: scheme, ...read(Rpicam, undefined, rest, uri) };
    case 'v4l2':
      return { kind: scheme, ...read(V4l2, 'device', rest, uri) };
    case 'webcam':
      return { kind: scheme, ...read(Webcam, 'device', rest, uri) };
    case 'rtsp':
    case 'rtsps':
      return { kind: 'rtsp', url: rtspUrl(uri) };
    default:
      throw new Misconfigured(`expected ${known} as camera, got ${withoutPasswords(uri)}`);
  }
}

/** Reads `path?name=value&…`. A path that is left out has its default. */
function read<T extends z.ZodObject>(schema: T, pathName: string | undefined, text: string, uri: string): z.infer<T> {
  // The last question mark, and only before options: file names may have one too.
  const [, path = '', query = ''] = /^(.*?)(?:\?((?:[a-z]+=[^?&/]*)(?:&[a-z]+=[^?&/]*)*))?$/s.exec(text) ?? [];
  if (path !== '' && pathName === undefined) throw wrong(uri, `expected nothing but ?options, got ${path}`);
  const options = Object.fromEntries(new URLSearchParams(query));
  const names = Object.keys(schema.shape).filter((name) => name !== pathName);
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) throw wrong(uri, `unknown option ${unknown}; expected ${names.join(', ')}`);
  const optional = pathName !== undefined && schema.shape[pathName]?.safeParse(undefined).success === true;
  const hasPath = pathName !== undefined && !(optional && path === '');
  const result = schema.safeParse({ ...options, ...(hasPath && { [pathName]: path }) });
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path: [name], message }) =>
    name === pathName || message.includes(String(name)) ? message : `${String(name)}: ${message}`,
  );
  throw wrong(uri, problems.join('; '));
}

function notEndless<T extends { readonly speed: Speed; readonly loop: boolean }>(camera: T, uri: string): T {
  if (!camera.loop || camera.speed === 'own') return camera;
  throw wrong(uri, 'expected either loop=1 or speed=max: without an end, its frames have no time');
}

/** Printable and without quotes: it becomes a line in a list for ffmpeg, into which nothing else may be smuggled. */
function rtspUrl(uri: string): string {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (!url || url.hostname === '' || !/^[!-&(-[\]-~]+$/.test(uri)) {
    throw wrong(uri, 'expected rtsp://user:password@host:554/path, with %40 for @ and %20 for a space in a password');
  }
  return uri;
}

function wrong(uri: string, problem: string): Misconfigured {
  return new Misconfigured(`camera ${withoutPasswords(uri)}: ${problem}`);
}
