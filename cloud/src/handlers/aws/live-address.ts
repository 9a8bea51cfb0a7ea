import type { LiveAddress } from '../../domain/live-access.ts';
import { liveAuthorizerName } from '../../manifest.ts';

/** The shortest connection that AWS IoT lets an authorizer grant, in seconds. Source: "Defining your Lambda function", AWS IoT developer guide. */
export const shortestSessionSeconds = 300;

/**
 * How browsers come by the live feed at AWS IoT. It finds its authorizer by what the user name says.
 * Source: "Connecting to AWS IoT Core by using custom authentication", AWS IoT developer guide.
 * @param url `wss://…/mqtt`
 */
export function liveAddress(prefix: string, url: string): LiveAddress {
  const username = `token?x-amz-customauthorizer-name=${liveAuthorizerName(prefix)}`;
  return { url, username, minTokenSeconds: shortestSessionSeconds, prefix };
}
