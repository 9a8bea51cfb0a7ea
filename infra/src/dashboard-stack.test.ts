import { runInNewContext } from 'node:vm';
import { securityHeaders } from '@rollcall/cloud/http/security-headers';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { pageOrFile } from './page-or-file.ts';
import { synthesizeForTests } from './stacks-for-tests.ts';
import { templateText } from './template-text.ts';

const { of } = synthesizeForTests();
const [distribution] = of('AWS::CloudFront::Distribution');
const config = distribution?.properties.DistributionConfig;

describe('the front door', () => {
  it('sends with pages what the site edition sends, and lets them reach two places more', async () => {
    const site = new Hono().use(securityHeaders('https://rollcall.example')).get('/', (c) => c.text(''));
    const expected = Object.fromEntries((await site.request('/')).headers);
    const sent = sentHeaders();
    const [, more] = /connect-src 'self' ws: wss: ([^;]+)/.exec(sent['content-security-policy'] ?? '') ?? [];
    expect(more?.split(' ')).toHaveLength(3);
    sent['content-security-policy'] = sent['content-security-policy']?.replace(` ${more}`, '') ?? '';
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

describe('the door of the API', () => {
  it('slows down everybody before it falls over, and notes who came', () => {
    const [stage] = of('AWS::ApiGatewayV2::Stage');
    expect(stage?.properties.DefaultRouteSettings).toMatchObject({
      ThrottlingRateLimit: 500,
      ThrottlingBurstLimit: 1000,
    });
    expect(stage?.properties.AccessLogSettings.Format).toContain('$context.ip');
    expect(stage?.properties.AccessLogSettings.Format).not.toContain('authorization');
  });
});

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
