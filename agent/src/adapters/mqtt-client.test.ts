import { mqtt5 } from 'aws-iot-device-sdk-v2';
import { beforeAll, describe, expect, it } from 'vitest';
import { TestCa } from '../../test/test-certificates.ts';
import { type ConnectionFailure, explainFailure, type MqttClientOptions } from './mqtt-client.ts';

describe('why a device is not connected', () => {
  let options: MqttClientOptions;
  beforeAll(async () => {
    const pair = await (await TestCa.make()).client('camera-1');
    options = { host: 'broker.example', port: 8883, clientId: 'camera-1', ...pair };
  });
  const failed = (failure: ConnectionFailure) => explainFailure(failure, 'the claim', options);

  it.each([
    ['AWS_IO_SOCKET_CLOSED', /does not take the claim, which was revoked, or is of another deployment/],
    ['AWS_IO_TLS_ERROR_NEGOTIATION_FAILURE', /check mqtt\.caFile/],
    ['AWS_IO_SOCKET_CONNECTION_REFUSED', /cannot reach the broker at broker\.example:8883/],
  ])('is told for %s', (error_name, words) => {
    expect(failed({ error: { error_name } })).toMatch(words);
  });

  it('is told as the broker gives it', () => {
    const reasonCode = mqtt5.ConnectReasonCode.ClientIdentifierNotValid;
    expect(failed({ connack: { reasonCode }, error: {} })).toMatch(
      /camera-1 with the claim: the two do not belong together/,
    );
  });
});
