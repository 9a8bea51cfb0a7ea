import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Problem } from '@rollcall/contract/problem';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { as } from './api-for-tests.ts';
import { testApp } from './app-for-tests.ts';

let server: Server;
let port: number;

beforeEach(async () => {
  const { app } = testApp();
  const listener = getRequestListener((req, env) => app.fetch(req, env));
  server = createServer((req, res) => void listener(req, res));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

const path = '/v1/people/01ARZ3NDEKTSV4RRFFQ69G5FAV/photos';

describe('over a real connection', () => {
  it('a body without a length is counted as it comes', async () => {
    const answer = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const headers = { ...as('admin'), 'content-type': 'image/jpeg', 'transfer-encoding': 'chunked' };
      const req = request({ port, host: '127.0.0.1', method: 'POST', path, headers }, (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk));
        res.on('end', () => resolve({ status: res.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      });
      // The server stops reading once it has answered.
      req.on('error', (error: NodeJS.ErrnoException) => {
        if (!['EPIPE', 'ECONNRESET'].includes(error.code ?? '')) reject(error);
      });
      const block = Buffer.alloc(1024 * 1024);
      for (let n = 0; n < 11; n++) req.write(block);
      req.end();
    });
    expect(answer.status).toBe(413);
    expect(Problem.parse(JSON.parse(answer.text)).code).toBe('too-large');
  });

  it('a body that is announced too long is refused before it is sent', async () => {
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${as('admin').authorization}\r\nContent-Type: image/jpeg\r\nContent-Length: 99999999\r\n\r\n`;
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(head));
      socket.once('data', (data) => {
        resolve(data.toString());
        socket.destroy();
      });
      socket.on('error', reject);
    });
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('a JSON body and an Idempotency-Key go through, and the answer has the headers of a careful server', async () => {
    const headers = { ...as('admin'), 'content-type': 'application/json', 'idempotency-key': 'k' };
    const body = JSON.stringify({ externalId: '1', name: 'Ada' });
    const post = () => fetch(`http://127.0.0.1:${port}/v1/people`, { method: 'POST', headers, body });
    const [first, again] = [await post(), await post()];
    expect([first.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
    expect(first.headers.get('cache-control')).toBe('no-store');
    expect(first.headers.get('x-content-type-options')).toBe('nosniff');
    expect(first.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(first.headers.get('access-control-allow-origin')).toBeNull();
    expect(first.headers.get('x-request-id')).toMatch(/[\w-]{10,}/);
  });
});
