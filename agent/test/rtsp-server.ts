import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('rtsp-server.py', import.meta.url));
/** Debian's own, which has Debian's modules. */
const python = '/usr/bin/python3';

const needs =
  'import gi; gi.require_version("GstRtspServer", "1.0"); from gi.repository import Gst, GstRtspServer; Gst.init(None); assert Gst.ElementFactory.find("openh264enc")';

/** Whether a real RTSP server can be started here, and what to install if not. */
export const hasRtspServer = spawnSync(python, ['-c', needs]).status === 0;
export const rtspServerMissing =
  'needs ffmpeg, gir1.2-gst-rtsp-server-1.0, python3-gi, gstreamer1.0-plugins-good and -bad';

/** A real RTSP server with digest authentication: GStreamer's, from Debian. */
export class RtspServer {
  static readonly user = 'door';
  /** As it stands in an address, so that encoding is tried too. */
  static readonly password = 'p%40ss%20w';
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(port = 0): Promise<RtspServer> {
    const args = [script, String(port), RtspServer.user, decodeURIComponent(RtspServer.password)];
    const child = spawn(python, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line]: unknown[] = await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(() => Promise.reject(new Error('the RTSP server did not start'))),
    ]);
    return new RtspServer(child, Number(String(line)));
  }

  url(password: string = RtspServer.password): string {
    return `rtsp://${RtspServer.user}:${password}@127.0.0.1:${this.port}/door`;
  }

  /** As when its cable is pulled: the connection stays, and nothing comes. */
  hang(): void {
    this.#child.kill('SIGSTOP');
  }

  /** As when its plug is pulled. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}
