import { runInNewContext } from 'node:vm';
import { problemOf } from '@rollcall/cloud/http/problem';
import { securityHeaders } from '@rollcall/cloud/http/security-headers';
import { Problem } from '@rollcall/contract/problem';
import { maxPhotoRequestBytes } from '@rollcall/contract/photo-request';
import { Denied, InvalidInput } from '@rollcall/kit/app-error';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { frontDoor } from './front-door.ts';
import { pageOrFile } from './page-or-file.ts';
import { synthesizeForTests } from './stacks-for-tests.ts';
import { templateText } from './template-text.ts';

const { of } = synthesizeForTests();
const [distribution] = of('AWS::CloudFront::Distribution');
const config = distribution?.properties.DistributionConfig;

describe('the front door', () => {
  it('sends with pages what the site edition sends, and lets them reach four places by name', async () => {
    const site = new Hono().use(securityHeaders('https://rollcall.example')).get('/', (c) => c.text(''));
    const expected = Object.fromEntries((await site.request('/')).headers);
    const sent = sentHeaders();
    const [, places] = /connect-src 'self' ([^;]+)/.exec(sent['content-security-policy'] ?? '') ?? [];
    expect(places?.split(' ')).toEqual([
      'wss://LiveEndpoint',
      'https://cognito-idp.eu-west-1.amazonaws.com',
      expect.stringMatching(/^https:.+\.auth\.eu-west-1\.amazoncognito\.com$/),
      expect.stringMatching(/^https:.+-pictures-.+\.s3\.eu-west-1\.amazonaws\.com$/),
    ]);
    sent['content-security-policy'] = sent['content-security-policy']?.replace(places ?? '', 'ws: wss:') ?? '';
    // Two headers for browsers that are gone.
    for (const name of ['content-type', 'x-download-options', 'x-xss-protection']) delete expected[name];
    expect(sent).toEqual(expected);
  });

  it('asks the bucket as itself, which nobody else may', () => {
    const [page] = config.Origins;
    expect(page.OriginAccessControlId).toBeDefined();
    const policies = of('AWS::S3::BucketPolicy').filter(({ stack }) => stack === 'dashboard');
    const allowing = policies
      .flatMap(({ properties }) => properties.PolicyDocument.Statement)
      .filter((one) => one.Effect === 'Allow');
    const reading = allowing.filter((one) => one.Action === 's3:GetObject');
    expect(reading).toHaveLength(1);
    expect(reading[0].Principal).toEqual({ Service: 'cloudfront.amazonaws.com' });
    expect(JSON.stringify(reading[0].Condition)).toContain('distribution/');
  });

  it('hands the API what is the API’s, with its headers and without keeping answers', () => {
    const behaviors: { PathPattern: string; CachePolicyId: string; AllowedMethods: string[] }[] = config.CacheBehaviors;
    expect(behaviors.map(({ PathPattern }) => PathPattern)).toEqual([
      '/v1/*',
      '/docs*',
      '/openapi.json',
      '/healthz',
      '/readyz',
    ]);
    // Managed-CachingDisabled.
    for (const { CachePolicyId } of behaviors) expect(CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad');
    expect(behaviors[0]?.AllowedMethods).toContain('DELETE');
  });

  it('opens pages by the dashboard, and no file that is missing', () => {
    expect(servedFor('/')).toBe('/index.html');
    expect(servedFor('/people/01ARZ3NDEKTSV4RRFFQ69G5FAV')).toBe('/index.html');
    expect(servedFor('/signed-in')).toBe('/index.html');
    expect(servedFor('/assets/gone')).toBe('/assets/gone');
    expect(servedFor('/icon.svg')).toBe('/icon.svg');
  });

  it('stands behind a web ACL, which is where CloudFront looks for it', () => {
    expect(config.WebACLId).toEqual({ Ref: 'WebAclArn' });
    const [acl] = of('AWS::WAFv2::WebACL');
    expect(acl).toMatchObject({ stack: 'edge', properties: { Scope: 'CLOUDFRONT' } });
    const rules: { Name: string }[] = acl?.properties.Rules;
    expect(rules.map(({ Name }) => Name)).toContain('requests-per-address');
  });
});

describe('the way to the API', () => {
  it('runs through the function that says who calls, whatever is asked for', () => {
    const door = of('AWS::CloudFront::Function').find(({ properties }) => properties.FunctionCode === frontDoor);
    const behaviors: { FunctionAssociations: unknown }[] = config.CacheBehaviors;
    for (const { FunctionAssociations } of behaviors) {
      expect(FunctionAssociations).toEqual([
        { EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': [door?.id, 'FunctionARN'] } },
      ]);
    }
  });

  it('tells the API by a secret that it came by CloudFront', () => {
    const [secret] = of('AWS::SecretsManager::Secret');
    expect(secret?.properties.GenerateSecretString).toEqual({ ExcludePunctuation: true, PasswordLength: 48 });
    const [, toApi] = config.Origins;
    const [{ HeaderName: name, HeaderValue: value }] = toApi.OriginCustomHeaders;
    expect(name).toBe('x-rollcall-front-door');
    expect(templateText(value, (reference) => (reference === secret?.id ? 'arn' : reference))).toBe(
      '{{resolve:secretsmanager:arn:SecretString:::}}',
    );
    const version = '6b5f2d0e-0000-4000-8000-000000000001';
    const newer = synthesizeForTests({ frontDoorVersion: version }).of('AWS::CloudFront::Distribution');
    expect(JSON.stringify(newer)).toContain(`:SecretString:::${version}}}`);
  });

  it('goes for keys where keys are looked at, and says who calls, whatever the caller says', () => {
    const headers = { 'x-api-key': { value: 'rk_1' }, 'x-rollcall-viewer': { value: '192.0.2.9' } };
    expect(atTheDoor('/v1/people', headers)).toMatchObject({
      uri: '/key/v1/people',
      headers: { 'x-api-key': { value: 'rk_1' }, 'x-rollcall-viewer': { value: '203.0.113.7' } },
    });
    const both = { ...headers, authorization: { value: 'Bearer x' } };
    expect(atTheDoor('/v1/people', both)).toMatchObject({ uri: '/key/v1/people' });
    expect(atTheDoor('/v1/people', { authorization: { value: 'Bearer x' } })).toMatchObject({ uri: '/v1/people' });
    expect(atTheDoor('/healthz', {})).toMatchObject({
      uri: '/healthz',
      headers: { 'x-rollcall-viewer': { value: '203.0.113.7' } },
    });
  });

  it('ends there for who shows nothing, with what the API would say', async () => {
    const answer = z
      .looseObject({ statusCode: z.literal(401), body: z.object({ encoding: z.literal('text'), data: z.string() }) })
      .parse(atTheDoor('/v1/people', {}));
    const { instance, ...said } = problemOf(nobody, 'x');
    expect(instance).toBeDefined();
    expect(JSON.parse(answer.body.data)).toEqual(said);
    expect(answer).toMatchObject({ headers: { 'content-type': { value: 'application/problem+json' } } });
  });
});

describe('a photo that is larger than a function can be handed', () => {
  it('ends at the front door, with what to do', () => {
    expect(photoOf(maxPhotoRequestBytes)).toMatchObject({ uri: '/key/v1/people/1/photos' });
    const { body, statusCode } = z
      .object({ statusCode: z.number(), body: z.object({ data: z.string() }) })
      .parse(photoOf(maxPhotoRequestBytes + 1));
    expect(statusCode).toBe(413);
    const problem = Problem.parse(JSON.parse(body.data));
    const { instance: _, ...said } = problemOf(new InvalidInput(problem.detail ?? '', { code: 'too-large' }), 'x');
    expect(problem).toEqual(said);
    expect(problem.detail).toMatch(/2,000 pixels/);
  });

  it('is larger than any that fits, with the headers that API Gateway takes', () => {
    const withBase64 = Math.ceil((maxPhotoRequestBytes * 4) / 3);
    const [headers, lambdaTakes] = [64 * 1024, 6 * 1024 * 1024];
    expect(withBase64 + headers).toBeLessThan(lambdaTakes);
  });
});

const nobody = new Denied('expected Authorization: Bearer <access token>, or X-Api-Key', { code: 'unauthenticated' });

/** Runs the front door’s function as CloudFront would. @returns the request that goes on, or an answer. */
function atTheDoor(uri: string, headers: Record<string, { value: string }>): unknown {
  const event = { viewer: { ip: '203.0.113.7' }, request: { uri, headers } };
  return JSON.parse(runInNewContext(`${frontDoor}; JSON.stringify(handler(event))`, { event }));
}

function photoOf(bytes: number): unknown {
  const headers = { 'x-api-key': { value: 'rk_1' }, 'content-length': { value: `${bytes}` } };
  return atTheDoor('/v1/people/1/photos', headers);
}

function sentHeaders(): Record<string, string> {
  const [policy] = of('AWS::CloudFront::ResponseHeadersPolicy');
  const { SecurityHeadersConfig: security, CustomHeadersConfig: custom } =
    policy?.properties.ResponseHeadersPolicyConfig ?? {};
  const items: { Header: string; Value: string }[] = custom.Items;
  return {
    'content-security-policy': templateText(security.ContentSecurityPolicy.ContentSecurityPolicy, (name) => name),
    'x-content-type-options': 'nosniff',
    'x-frame-options': security.FrameOptions.FrameOption,
    'referrer-policy': security.ReferrerPolicy.ReferrerPolicy,
    'strict-transport-security': `max-age=${security.StrictTransportSecurity.AccessControlMaxAgeSec}`,
    ...Object.fromEntries(items.map(({ Header, Value }) => [Header, Value])),
  };
}

/** Runs the edge’s function as CloudFront would. */
function servedFor(uri: string): string {
  const event = { request: { uri } };
  runInNewContext(`${pageOrFile}; handler(event)`, { event });
  return event.request.uri;
}
