import { once } from 'node:events';
import { createServer } from 'node:net';

/** The options of a site on ports that stay the same when it is started again. */
export async function fixedPorts(): Promise<string[]> {
  const [port, mqttPort] = await Promise.all([freePort(), freePort()]);
  return ['--port', String(port), '--mqtt-port', String(mqttPort)];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port');
  return address.port;
}
