import { describe, expect, it } from 'vitest';
import { synthesizeForTests } from './stacks-for-tests.ts';
import { templateText } from './template-text.ts';

const { of } = synthesizeForTests();

describe('the API', () => {
  const routes = of('AWS::ApiGatewayV2::Route').map(({ properties }) => properties);
  const [authorizer] = of('AWS::ApiGatewayV2::Authorizer');

  it('routes what CloudFront hands over, and nothing else', () => {
    expect(routes.map((route) => route.RouteKey)).toEqual([
      'ANY /v1/{proxy+}',
      'ANY /key/v1/{proxy+}',
      'GET /docs',
      'GET /docs/{proxy+}',
      'GET /openapi.json',
      'GET /healthz',
      'GET /readyz',
    ]);
    const [integration] = of('AWS::ApiGatewayV2::Integration');
    expect(integration?.properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
  });

  it('starts no function for who shows no access token of the dashboard, but on the way of keys', () => {
    const [tokens, ...others] = routes;
    expect(tokens).toMatchObject({
      AuthorizationType: 'JWT',
      AuthorizerId: { Ref: authorizer?.id },
      AuthorizationScopes: ['openid'],
    });
    for (const { AuthorizationType } of others) expect(AuthorizationType).toBe('NONE');
    const { JwtConfiguration: configuration, AuthorizerType: type } = authorizer?.properties ?? {};
    expect(type).toBe('JWT');
    expect(templateText(configuration.Issuer, () => 'pool')).toBe('https://cognito-idp.eu-west-1.amazonaws.com/pool');
    const [client] = of('AWS::Cognito::UserPoolClient');
    expect(configuration.Audience).toEqual([{ Ref: client?.id }]);
  });

  it('slows down each route before it falls over, and notes who came, but no token', () => {
    const [stage] = of('AWS::ApiGatewayV2::Stage');
    const { RouteSettings: settings, DefaultRouteSettings: others, AccessLogSettings: log } = stage?.properties ?? {};
    expect(Object.keys(settings)).toEqual(routes.map((route) => route.RouteKey));
    expect(settings['ANY /v1/{proxy+}']).toMatchObject({ ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 });
    expect(settings['GET /healthz']).toMatchObject({ ThrottlingRateLimit: 20 });
    expect(others).toMatchObject({ ThrottlingRateLimit: 20 });
    expect(log.Format).toContain('$context.ip');
    expect(log.Format).not.toContain('header');
  });

  it('lets API Gateway invoke it for this API alone', () => {
    const permission = of('AWS::Lambda::Permission').find(
      ({ properties }) => properties.Principal === 'apigateway.amazonaws.com',
    );
    expect(JSON.stringify(permission?.properties.SourceArn)).toContain('execute-api');
    expect(JSON.stringify(permission?.properties.SourceArn)).toContain('Api');
  });
});

describe('the live feed', () => {
  it('has an authorizer that is asked by AWS IoT alone, for this authorizer alone', () => {
    const [authorizer] = of('AWS::IoT::Authorizer');
    expect(authorizer?.properties).toMatchObject({
      AuthorizerName: 'rollcalldev-live',
      SigningDisabled: true,
      Status: 'ACTIVE',
    });
    const permissions = of('AWS::Lambda::Permission').filter(
      ({ stack, properties }) => stack === 'api' && properties.Principal === 'iot.amazonaws.com',
    );
    expect(permissions).toHaveLength(1);
    expect(permissions[0]?.properties).toMatchObject({
      FunctionName: authorizer?.properties.AuthorizerFunctionArn,
      SourceArn: { 'Fn::GetAtt': [authorizer?.id, 'Arn'] },
      SourceAccount: { Ref: 'AWS::AccountId' },
    });
  });

  it('takes nothing from other functions, and may do nothing but write its log', () => {
    const handler = of('AWS::Lambda::Function').find(
      ({ properties }) => properties.FunctionName === 'rollcalldev-live-authorizer',
    );
    expect(handler?.properties).toMatchObject({ ReservedConcurrentExecutions: 10, Timeout: 5 });
    const role = handler?.properties.Role['Fn::GetAtt'][0];
    const policies = of('AWS::IAM::Policy').filter(({ properties }) =>
      properties.Roles.some((one: { Ref: string }) => one.Ref === role),
    );
    const actions: string[] = policies.flatMap(({ properties }) =>
      properties.PolicyDocument.Statement.flatMap(({ Action }: { Action: string | string[] }) => Action),
    );
    expect(new Set(actions)).toEqual(
      new Set(['logs:CreateLogStream', 'logs:PutLogEvents', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments']),
    );
  });
});

describe('the dashboard, as Cognito knows it', () => {
  const [client] = of('AWS::Cognito::UserPoolClient');

  it('is a public client that gets tokens by code alone, for a short time', () => {
    expect(client?.properties).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'profile', 'email'],
      AccessTokenValidity: 10,
      EnableTokenRevocation: true,
      PreventUserExistenceErrors: 'ENABLED',
    });
  });

  it('may not say whose organization somebody is of', () => {
    expect(client?.properties.WriteAttributes).toEqual(['email', 'name']);
  });
});

describe('the users', () => {
  const [pool] = of('AWS::Cognito::UserPool');

  it('are invited, and show two factors, by an app and not by text message', () => {
    expect(pool?.properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      UserPoolTier: 'PLUS',
      UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' },
    });
  });

  it('are kept, whatever becomes of the stack', () => {
    expect(pool).toMatchObject({ deletionPolicy: 'Retain', properties: { DeletionProtection: 'ACTIVE' } });
  });

  it('have a group for each role, and their tokens its name', () => {
    const groups = of('AWS::Cognito::UserPoolGroup').map(({ properties }) => properties.GroupName);
    expect(groups).toEqual(['owner', 'admin', 'viewer', 'operator', 'kiosk']);
    const { LambdaVersion, LambdaArn } = pool?.properties.LambdaConfig.PreTokenGenerationConfig ?? {};
    expect(LambdaVersion).toBe('V2_0');
    expect(JSON.stringify(LambdaArn)).toContain('tokenclaims');
  });
});
