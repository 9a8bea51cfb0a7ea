import { Role } from '@rollcall/contract/access';
import { OrganizationId } from '@rollcall/contract/ids';
import { parse } from '@rollcall/kit/parse';
import { z } from 'zod';
import { CloudConfig, fromEnvironment } from './config.ts';
import { functionBasis, lambdaHandler } from './invocation.ts';

/** Source: "Pre token generation Lambda trigger", version 2, Amazon Cognito developer guide. */
const TokenEvent = z.looseObject({
  request: z.looseObject({
    userAttributes: z.looseObject({ 'custom:org': OrganizationId, name: z.string().default('') }),
    groupConfiguration: z.looseObject({ groupsToOverride: z.array(z.string()).default([]) }),
  }),
});

const config = fromEnvironment(CloudConfig.pick({ prefix: true, logLevel: true }));
const basis = functionBasis('token-claims', config);

/**
 * Puts into access tokens what the API goes by: `org`, from an attribute that no user can write, `role`, from the user's group, and `name`.
 * Of several groups the mightiest counts. @throws InvalidInput for a user with no organization or no role: they get no token.
 */
export const handler = lambdaHandler(basis, async (event) => {
  const { request, ...rest } = parse(TokenEvent, event, 'the event');
  const { 'custom:org': org, name } = request.userAttributes;
  const groups = request.groupConfiguration.groupsToOverride;
  const role = parse(
    Role,
    Role.options.find((one) => groups.includes(one)),
    'the group of the user',
  );
  const claimsToAddOrOverride = { org, role, name };
  return {
    ...rest,
    request,
    response: { claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride } } },
  };
});
