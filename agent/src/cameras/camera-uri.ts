import { Misconfigured } from '@rollcall/kit/app-error';

/** `own`: as fast as it was filmed, the latest frame wins. `max`: every frame, as fast as they are taken. */
export type Speed = 'own' | 'max';

/** A camera as its URI names it. */
export type CameraUri =
  | { readonly kind: 'video'; readonly file: string; readonly speed: Speed; readonly loop: boolean }
  | {
      readonly kind: 'folder';
      readonly dir: string;
      readonly fps: number;
      readonly speed: Speed;
      readonly loop: boolean;
    };

const known = 'video:FILE[?speed=max][&loop=1] or folder:DIR[?fps=10][&speed=max][&loop=1]';
const notYet = new Set(['rpicam', 'v4l2', 'webcam', 'rtsp', 'rtsps']);

/** Reads a camera URI. @throws Misconfigured saying what was expected. */
export function parseCameraUri(uri: string): CameraUri {
  const colon = uri.indexOf(':');
  const scheme = colon < 0 ? '' : uri.slice(0, colon);
  if (notYet.has(scheme)) {
    throw new Misconfigured(`camera ${scheme}: is not supported by this version; expected ${known}`);
  }
  if (scheme !== 'video' && scheme !== 'folder') throw new Misconfigured(`expected ${known} as camera, got ${uri}`);
  // The last question mark, and only before options: file names may have one too.
  const [, path = '', query = ''] =
    /^(.*?)(?:\?((?:[a-z]+=[^?&/]*)(?:&[a-z]+=[^?&/]*)*))?$/s.exec(uri.slice(colon + 1)) ?? [];
  if (path === '') throw new Misconfigured(`expected a path after ${scheme}:, as in ${known}`);
  const options = readOptions(query, scheme === 'folder' ? ['fps', 'speed', 'loop'] : ['speed', 'loop'], uri);
  const speed = oneOf(options.get('speed') ?? 'own', ['own', 'max'], 'speed', uri);
  const loop = oneOf(options.get('loop') ?? '0', ['0', '1'], 'loop', uri) === '1';
  if (loop && speed === 'max') {
    throw new Misconfigured(`expected either loop=1 or speed=max of ${uri}: without an end, its frames have no time`);
  }
  if (scheme === 'video') return { kind: 'video', file: path, speed, loop };
  const fps = Number(options.get('fps') ?? '10');
  if (!(fps >= 0.1 && fps <= 60)) throw new Misconfigured(`expected fps from 0.1 to 60 in camera ${uri}`);
  return { kind: 'folder', dir: path, fps, speed, loop };
}

function readOptions(query: string, names: readonly string[], uri: string): URLSearchParams {
  const options = new URLSearchParams(query);
  for (const name of options.keys()) {
    if (!names.includes(name)) {
      throw new Misconfigured(`camera ${uri}: unknown option ${name}; expected ${names.join(', ')}`);
    }
  }
  return options;
}

function oneOf<T extends string>(value: string, allowed: readonly T[], name: string, uri: string): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined)
    throw new Misconfigured(`camera ${uri}: expected ${name}=${allowed.join(' or ')}, got ${value}`);
  return found;
}
