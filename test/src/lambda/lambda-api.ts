import { functionName, functions } from '@rollcall/cloud/manifest';
import { RecordingServer } from './recording-server.ts';
import type { Cloud } from './start-cloud.ts';

/** Lambda's API before the bundles of a deployment, for whoever operates it. Source: "Invoke", AWS Lambda API reference. */
export function lambdaApi(cloud: Cloud): RecordingServer {
  return new RecordingServer(async ({ path, body }) => {
    const name = path.split('/')[3];
    const spec = functions.find((one) => functionName('rollcall', one.name) === name);
    if (!spec) {
      const headers = { 'x-amzn-errortype': 'ResourceNotFoundException' };
      return { status: 404, headers, body: { Type: 'User', Message: `Function not found: ${name}` } };
    }
    try {
      return { status: 200, body: (await cloud.invoke(spec.name, JSON.parse(body))) ?? null };
    } catch (error) {
      const { name: errorType, message: errorMessage } = error instanceof Error ? error : new Error(String(error));
      return { status: 200, headers: { 'x-amz-function-error': 'Unhandled' }, body: { errorType, errorMessage } };
    }
  });
}
