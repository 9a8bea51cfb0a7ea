import { AppError, Denied } from '@rollcall/kit/app-error';
import type { LambdaEvent } from 'hono/aws-lambda';
import type { FrontDoorSecret } from '../../adapters/aws/front-door-secret.ts';
import { frontDoorHeaders, keyPrefix } from '../../front-door.ts';
import { problemOf } from '../../http/problem.ts';

/** A request as API Gateway hands it over, payload format 2.0. */
export type GatewayRequest = Extract<LambdaEvent, { rawPath: string }>;

/**
 * Lets in what came by CloudFront, where the web ACL is and the caller’s address is known, and answers the rest. A request on the way of API
 * keys goes to the path that the caller asked for, without a token: there API Gateway has looked at none.
 */
export function byFrontDoor(
  secret: Pick<FrontDoorSecret, 'isShownBy'>,
  answer: (request: GatewayRequest) => Promise<unknown>,
) {
  return async (request: GatewayRequest): Promise<unknown> => {
    const { [frontDoorHeaders.secret]: shown = '', ...headers } = request.headers;
    try {
      if (!(await secret.isShownBy(shown))) throw new Denied('call the API by the address of the dashboard');
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return refusal(error, request.requestContext.requestId);
    }
    if (!request.rawPath.startsWith(`${keyPrefix}/`)) return answer({ ...request, headers });
    const { authorization: _, ...withoutToken } = headers;
    return answer({ ...request, headers: withoutToken, rawPath: request.rawPath.slice(keyPrefix.length) });
  };
}

/** As API Gateway is to answer, without the application. */
export function refusal(error: AppError, requestId: string) {
  const problem = problemOf(error, requestId);
  return {
    statusCode: problem.status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    body: JSON.stringify(problem),
    isBase64Encoded: false,
  };
}
