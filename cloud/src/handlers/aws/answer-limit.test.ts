import { describe, expect, it } from 'vitest';
import { maxAnswerBytes, withinAnswerLimit } from './answer-limit.ts';
import type { GatewayRequest } from './front-door.ts';

const request: GatewayRequest = {
  version: '2.0',
  routeKey: 'ANY /v1/{proxy+}',
  rawPath: '/v1/attendance',
  rawQueryString: '',
  headers: {},
  body: null,
  isBase64Encoded: false,
  requestContext: {
    accountId: '000000000000',
    apiId: 'api',
    authentication: null,
    authorizer: {},
    domainName: 'rollcall.example',
    domainPrefix: 'rollcall',
    http: { method: 'GET', path: '/v1/attendance', protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
    requestId: 'request-1',
    routeKey: 'ANY /v1/{proxy+}',
    stage: '$default',
    time: '05/Jan/2026:08:00:00 +0000',
    timeEpoch: 1_767_600_000,
  },
};
const answerOf = (body: string) => withinAnswerLimit(() => Promise.resolve({ statusCode: 200, body }))(request);
/** Of an answer without its body. */
const frame = JSON.stringify({ statusCode: 200, body: '' }).length;

describe('an answer of the API on Lambda', () => {
  it('is passed on as it is, up to what Lambda takes', async () => {
    const body = 'x'.repeat(maxAnswerBytes - frame);
    expect(await answerOf(body)).toEqual({ statusCode: 200, body });
  });

  it.each([
    ['one byte over it', 'x'.repeat(maxAnswerBytes - frame + 1)],
    ['over it as JSON', '"'.repeat(maxAnswerBytes / 2)],
    ['over it in UTF-8', 'é'.repeat(maxAnswerBytes / 2)],
  ])('%s is refused with what to do', async (_, body) => {
    const refused = JSON.stringify(await answerOf(body));
    expect(refused).toContain('"statusCode":413');
    expect(refused).toMatch(/too-large.*fewer days/);
  });
});
