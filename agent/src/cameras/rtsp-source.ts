import { cameraTrouble } from './camera-trouble.ts';
import { asJpegs, notTooWide, runFfmpeg, toOutput } from './ffmpeg.ts';
import type { LiveSource } from './live.ts';
import { splitJpegs } from './split-jpegs.ts';

/** Without a word from the camera for this long, ffmpeg gives up. */
const timeoutMs = 10_000;
/** What comes after such a pause, ffmpeg had held back until it gave up: it shows the past, and no camera that is back. */
const staleMs = 0.9 * timeoutMs;
/** Long enough to see the size of the pictures, where the default waits 5 s for what sound there may be. */
const analyzeMs = 2_000;

/** A camera on the network, by one ffmpeg that decodes its stream. */
export class RtspSource implements LiveSource {
  /** More frames a second than this show nothing more of somebody who walks. */
  readonly framerate = 15;
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async *images(signal: AbortSignal, onBad: (count: number) => void): AsyncGenerator<Uint8Array, void> {
    const explain = cameraTrouble(`the camera at ${new URL(this.#url).host}`);
    const output = runFfmpeg(rtspArguments(this.framerate), signal, { input: rtspInput(this.#url), explain });
    let last = performance.now();
    for await (const image of splitJpegs(output, onBad)) {
      const now = performance.now();
      const isStale = now - last > staleMs;
      last = now;
      if (!isStale) yield image;
    }
  }
}

/**
 * The address comes by the standard input, as a list of one: it may hold a password, and arguments are for all to see.
 * Pictures of one instant are dropped, none is given twice.
 */
export function rtspArguments(framerate: number): string[] {
  const protocols = ['-protocol_whitelist', 'pipe,rtsp,rtsps,rtp,tcp,tls,udp,crypto'];
  const input = [...protocols, '-safe', '0', '-f', 'concat', '-i', 'pipe:0', '-an', '-sn', '-dn'];
  return [...input, '-vf', notTooWide, '-fps_mode', 'vfr', '-r', `${framerate}`, ...asJpegs, ...toOutput];
}

/**
 * Over TCP: lost packets of UDP smear the picture. By the time of arrival: cameras' own timestamps are not to be relied on.
 * Source: "concat" and "rtsp", FFmpeg Formats and Protocols Documentation; `option` and `timeout` need ffmpeg 5.
 */
export function rtspInput(url: string): string {
  const options = {
    rtsp_transport: 'tcp',
    timeout: timeoutMs * 1000,
    use_wallclock_as_timestamps: 1,
    fflags: 'nobuffer',
    analyzeduration: analyzeMs * 1000,
  };
  const lines = Object.entries(options).map(([name, value]) => `option ${name} ${value}`);
  return ['ffconcat version 1.0', `file '${url}'`, ...lines, ''].join('\n');
}
