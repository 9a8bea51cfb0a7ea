import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { AgentConfig } from '@rollcall/contract/agent-config';
import type { mqtt5 } from 'aws-iot-device-sdk-v2';
import { createMqttClient, explainFailure } from '../adapters/mqtt-client.ts';
import { type Credentials, isClaim } from './check-certificate.ts';
import type { Finding } from './finding.ts';

const waitMs = 10_000;
const check = 'network';

export interface CheckNetworkOptions {
  readonly mqtt: Readonly<AgentConfig['mqtt']>;
  readonly credentials: Credentials | undefined;
  /** The agent has the connection under its name, and would lose it to another one. */
  readonly agentRuns: boolean;
}

/** Whether the broker is found, reached, trusted, and lets the device in. */
export async function checkNetwork({ mqtt, credentials, agentRuns }: CheckNetworkOptions): Promise<Finding> {
  const { host, port } = mqtt;
  try {
    if (!isIP(host)) await lookup(host);
  } catch (error) {
    const todo = 'check the network, the name server, and mqtt.host';
    return { check, verdict: 'problem', says: `no address is found for ${host}: ${String(error)}`, todo };
  }
  const caPem = mqtt.caFile === undefined ? undefined : await readFile(mqtt.caFile, 'utf8');
  const tls = await shakeHands(host, port, caPem, credentials);
  if (tls !== undefined) return { check, verdict: 'problem', says: `${host}:${port}: ${tls.says}`, todo: tls.todo };
  if (!credentials)
    return { check, verdict: 'warning', says: `${host}:${port} answers; there is nothing to sign in with` };
  if (agentRuns) {
    return {
      check,
      verdict: 'ok',
      says: `${host}:${port} answers and is trusted; the agent that runs has the connection`,
    };
  }
  const refused = await signIn({ host, port, ...(caPem && { caPem }), ...credentials });
  if (refused === undefined) return { check, verdict: 'ok', says: `${host}:${port} lets ${credentials.clientId} in` };
  return { check, verdict: 'problem', says: refused };
}

type Trouble = { readonly says: string; readonly todo: string };

function shakeHands(host: string, port: number, ca: string | undefined, credentials: Credentials | undefined) {
  return new Promise<Trouble | undefined>((resolve) => {
    const own = credentials && { cert: credentials.certificatePem, key: credentials.privateKeyPem };
    const name = isIP(host) ? {} : { servername: host };
    const socket = connect({ host, port, ...name, ...(ca && { ca }), ...own, timeout: waitMs }, () => done(undefined));
    socket.once('timeout', () =>
      done({ says: `no answer within ${waitMs / 1_000} s`, todo: 'check firewall and port' }),
    );
    socket.once('error', (error) => done({ says: error.message, todo: whatToDo(error) }));
    function done(trouble: Trouble | undefined) {
      socket.destroy();
      resolve(trouble);
    }
  });
}

function whatToDo(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  if (/CERT|SELF_SIGNED|ALTNAME|UNABLE_TO/.test(code)) return 'check mqtt.caFile, mqtt.host and the clock';
  if (code === 'ECONNREFUSED') return 'check mqtt.port, and that the broker runs';
  return 'check the network, mqtt.host and mqtt.port';
}

/** @returns why not, in words; undefined when it was let in. */
async function signIn(options: Parameters<typeof createMqttClient>[0]): Promise<string | undefined> {
  const client = createMqttClient(options);
  try {
    return await new Promise<string | undefined>((resolve) => {
      client.once('connectionSuccess', () => resolve(undefined));
      client.once('connectionFailure', (event: mqtt5.ConnectionFailureEvent) =>
        resolve(explainFailure(event, isClaim(options) ? 'the claim' : "this device's certificate", options)),
      );
      client.start();
    });
  } finally {
    await new Promise<void>((resolve) => {
      client.once('stopped', () => resolve());
      client.stop();
    });
    client.close();
  }
}
