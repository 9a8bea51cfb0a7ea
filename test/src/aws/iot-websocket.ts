import { createServer } from 'node:http';
import { settle } from '@rollcall/cloud/adapters/local/aedes-client';
import { Aedes, type Client } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { z } from 'zod';
import { endServer, listen } from '../loopback.ts';

/** What an authorizer answers. Source: "Defining your Lambda function", AWS IoT developer guide. */
const Answer = z.strictObject({
  isAuthenticated: z.boolean(),
  principalId: z.string().regex(/^[a-zA-Z0-9]{1,128}$/),
  policyDocuments: z
    .array(
      z.object({
        Version: z.literal('2012-10-17'),
        Statement: z.array(z.object({ Effect: z.literal('Allow'), Action: z.string(), Resource: z.array(z.string()) })),
      }),
    )
    .max(10)
    .refine((documents) => documents.every((one) => JSON.stringify(one).length <= 2048)),
  disconnectAfterInSeconds: z.int().min(300).max(86_400),
  refreshAfterInSeconds: z.int().min(300).max(86_400),
});
export type AuthorizerAnswer = z.infer<typeof Answer>;

export interface IotWebSocketOptions {
  /** `arn:aws:iot:{region}:{account}` */
  readonly iotArn: string;
  /** By name, what AWS IoT would invoke. */
  readonly authorizers: Readonly<Record<string, (event: object) => Promise<unknown>>>;
}

/**
 * AWS IoT's endpoint for MQTT over WebSocket, as far as browsers use it: it asks the authorizer that the user name tells, and lets through
 * what the policies allow, letter by letter. Source: "Custom authentication and authorization", AWS IoT developer guide.
 */
export class IotWebSocket {
  readonly #options: IotWebSocketOptions;
  readonly #server = createServer();
  readonly #webSockets = new WebSocketServer({ server: this.#server, path: '/mqtt' });
  readonly #granted = new WeakMap<Client, AuthorizerAnswer>();
  readonly #aedes: Aedes;
  /** What was answered, newest last. */
  readonly answers: AuthorizerAnswer[] = [];

  constructor(options: IotWebSocketOptions) {
    this.#options = options;
    this.#aedes = new Aedes({
      authenticate: (client, username, password, done) =>
        void settle(this.#ask(client, username ?? '', Buffer.from(password ?? '')), (refusal) => done(null, !refusal)),
      authorizePublish: (client, { topic }, done) =>
        done(client === null || this.#may(client, 'Publish', `topic/${topic}`) ? null : new Error('not allowed')),
      authorizeSubscribe: (client, subscription, done) =>
        done(null, this.#may(client, 'Subscribe', `topicfilter/${subscription.topic}`) ? subscription : null),
      authorizeForward: (client, packet) => (this.#may(client, 'Receive', `topic/${packet.topic}`) ? packet : null),
    });
    this.#webSockets.on('connection', (socket, request) => this.#aedes.handle(createWebSocketStream(socket), request));
  }

  /** @returns where browsers connect to. */
  async start(): Promise<string> {
    await this.#aedes.listen();
    return `ws://127.0.0.1:${await listen(this.#server)}/mqtt`;
  }

  /** What the data plane was given by `Publish`. */
  async publish(topic: string, payload: Buffer): Promise<void> {
    const packet = { cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false } as const;
    await new Promise<void>((resolve) => this.#aedes.publish(packet, () => resolve()));
  }

  /** Ends every connection, as AWS IoT does when their time is over. */
  endAll(): void {
    for (const socket of this.#webSockets.clients) socket.terminate();
  }

  async stop(): Promise<void> {
    this.endAll();
    await new Promise<void>((resolve) => this.#aedes.close(resolve));
    this.#webSockets.close();
    await endServer(this.#server);
  }

  async #ask(client: Client, told: string, password: Buffer): Promise<void> {
    const [username, query] = told.split('?');
    const authorizer = this.#options.authorizers[new URLSearchParams(query).get('x-amz-customauthorizer-name') ?? ''];
    if (!authorizer) throw new Error('no such authorizer');
    const event = {
      signatureVerified: false,
      protocols: ['tls', 'http', 'mqtt'],
      protocolData: {
        tls: { serverName: 'abc-ats.iot.eu-central-1.amazonaws.com' },
        http: { headers: {}, queryString: '' },
        mqtt: { username: told || username, password: password.toString('base64'), clientId: client.id },
      },
      connectionMetadata: { id: crypto.randomUUID() },
    };
    const answer = Answer.parse(await authorizer(event));
    this.answers.push(answer);
    this.#granted.set(client, answer);
    if (!answer.isAuthenticated || !this.#may(client, 'Connect', `client/${client.id}`)) throw new Error('refused');
  }

  #may(client: Client, action: string, resource: string): boolean {
    const statements = this.#granted.get(client)?.policyDocuments.flatMap(({ Statement }) => Statement) ?? [];
    const arn = `${this.#options.iotArn}:${resource}`;
    return statements.some(({ Action, Resource }) => Action === `iot:${action}` && Resource.includes(arn));
  }
}
