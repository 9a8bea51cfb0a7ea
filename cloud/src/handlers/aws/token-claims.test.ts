import { describe, expect, it } from 'vitest';
import { handler } from './token-claims.ts';

const context = { awsRequestId: '1', getRemainingTimeInMillis: () => 5_000 };

/** As Cognito sends it. */
const eventOf = (userAttributes: Record<string, string>, groupsToOverride: string[]) => ({
  version: '2',
  triggerSource: 'TokenGeneration_HostedAuth',
  userPoolId: 'eu-west-1_abc',
  userName: 'someone',
  request: { userAttributes, groupConfiguration: { groupsToOverride }, scopes: ['openid'] },
  response: {},
});

describe('the claims of access tokens', () => {
  it('are the organization of the user, the role of the group and the name', async () => {
    const event = eventOf({ 'custom:org': 'north', name: 'Ada', email: 'ada@example.org' }, ['viewer', 'admin']);
    const { response } = await handler(event, context);
    const { claimsToAddOrOverride } = response.claimsAndScopeOverrideDetails.accessTokenGeneration;
    expect(claimsToAddOrOverride).toEqual({ org: 'north', role: 'admin', name: 'Ada' });
  });

  it('leave the rest of the event as it came', async () => {
    const event = eventOf({ 'custom:org': 'north' }, ['owner']);
    expect(await handler(event, context)).toMatchObject({ ...event, response: {} });
  });

  it('are none for who has no organization, or no role: no token is given', async () => {
    await expect(handler(eventOf({ name: 'Ada' }, ['owner']), context)).rejects.toThrow(/custom:org/);
    await expect(handler(eventOf({ 'custom:org': 'north' }, ['friends']), context)).rejects.toThrow(
      /group of the user/,
    );
    await expect(handler(eventOf({ 'custom:org': 'Not/An/Id' }, ['owner']), context)).rejects.toThrow(/custom:org/);
  });
});
