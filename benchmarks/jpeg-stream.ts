import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** A camera on the network: the first who asks gets its frames, each when its time has come, as Motion-JPEG over HTTP. */
export class JpegStream {
  readonly port: number;
  readonly #server: Server;
  readonly #asked: Promise<ServerResponse>;

  private constructor(server: Server, port: number, asked: Promise<ServerResponse>) {
    this.#server = server;
    this.port = port;
    this.#asked = asked;
  }

  static async open(): Promise<JpegStream> {
    const asked = Promise.withResolvers<ServerResponse>();
    const server = createServer((_request, response) => asked.resolve(response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return new JpegStream(server, typeof address === 'object' && address ? address.port : 0, asked.promise);
  }

  /** Resolves when all frames were given. @param onFirst called right before the first one */
  async play(files: readonly string[], fps: number, onFirst: () => void): Promise<void> {
    const response = await this.#asked;
    response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=frame' });
    const startedAt = performance.now();
    onFirst();
    for (const [index, file] of files.entries()) {
      const image = await readFile(file);
      await sleep(Math.max(0, startedAt + (index * 1_000) / fps - performance.now()));
      response.write(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${image.length}\r\n\r\n`);
      response.write(image);
      response.write('\r\n');
    }
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
