import { once } from 'node:events';
import { createServer } from 'node:net';
import { listen } from '../loopback.ts';

/** The options of a site on ports that stay the same when it is started again. */
export async function fixedPorts(): Promise<string[]> {
  const [port, mqttPort] = await Promise.all([freePort(), freePort()]);
  return ['--port', String(port), '--mqtt-port', String(mqttPort)];
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}
