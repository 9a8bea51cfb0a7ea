import { describe, expect, it } from 'vitest';
import { synthesizeForTests } from './stacks-for-tests.ts';

const { of } = synthesizeForTests();

describe('the API', () => {
  it('routes what CloudFront hands over, and nothing else', () => {
    const routes = of('AWS::ApiGatewayV2::Route').map(({ properties }) => properties.RouteKey);
    expect(routes).toEqual([
      'ANY /v1/{proxy+}',
      'GET /docs',
      'GET /docs/{proxy+}',
      'GET /openapi.json',
      'GET /healthz',
      'GET /readyz',
    ]);
    const [integration] = of('AWS::ApiGatewayV2::Integration');
    expect(integration?.properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
  });

  it('lets API Gateway invoke it for this API alone', () => {
    const permission = of('AWS::Lambda::Permission').find(
      ({ properties }) => properties.Principal === 'apigateway.amazonaws.com',
    );
    expect(JSON.stringify(permission?.properties.SourceArn)).toContain('execute-api');
    expect(JSON.stringify(permission?.properties.SourceArn)).toContain('Api');
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
