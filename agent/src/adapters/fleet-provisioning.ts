import { once } from 'node:events';
import { DeviceId } from '@rollcall/contract/ids';
import { DeviceConfiguration, type ProvisioningParameters } from '@rollcall/contract/provisioning';
import { OrganizationId } from '@rollcall/contract/ids';
import { AppError, Denied, Unavailable } from '@rollcall/kit/app-error';
import { parse } from '@rollcall/kit/parse';
import type { Log } from '@rollcall/kit/log';
import { iotidentity, type mqtt5 } from 'aws-iot-device-sdk-v2';
import type { DeviceIdentity, IdentityFiles, PendingCertificate } from './device-identity.ts';
import { createMqttClient, explainFailure, type MqttClientOptions } from './mqtt-client.ts';
import { newPrivateKey, signingRequest } from './signing-request.ts';

export interface ProvisioningOptions {
  /** The claim certificate and its key. */
  readonly mqtt: Omit<MqttClientOptions, 'clientId'>;
  readonly template: string;
  readonly serial: DeviceId;
  readonly files: IdentityFiles;
  readonly log: Log;
}

/** What comes back from the identity service. */
const operationTimeoutSeconds = 20;

/**
 * First contact: a certificate of its own for the device, by Fleet Provisioning with a claim certificate and a signing request, so
 * that the private key never leaves the device. Each step is on disk before the next, and a repetition goes on from there.
 * Source: "Provisioning by claim", AWS IoT developer guide.
 * @throws Unavailable when nobody answers, Denied when the claim or the serial number is not allowed.
 */
export async function provision(options: ProvisioningOptions): Promise<DeviceIdentity> {
  const { mqtt, serial, files } = options;
  const privateKeyPem = (await files.loadKey()) ?? (await makeKey(files));
  const clientOptions = { ...mqtt, clientId: `claim-${serial}` };
  const client = createMqttClient(clientOptions);
  try {
    await connect(client, clientOptions);
    const identity = iotidentity.IotIdentityClientv2.newFromMqtt5(client, {
      maxRequestResponseSubscriptions: 4,
      maxStreamingSubscriptions: 1,
      operationTimeoutInSeconds: operationTimeoutSeconds,
    });
    try {
      return await exchange(identity, privateKeyPem, options);
    } finally {
      identity.close();
    }
  } finally {
    const stopped = once(client, 'stopped');
    client.stop();
    await stopped;
    client.close();
  }
}

async function makeKey(files: IdentityFiles): Promise<string> {
  const pem = await newPrivateKey();
  await files.saveKey(pem);
  return pem;
}

async function connect(client: mqtt5.Mqtt5Client, options: MqttClientOptions): Promise<void> {
  const connected = new Promise<void>((resolve, reject) => {
    client.once('connectionSuccess', () => resolve());
    client.once('connectionFailure', (event: mqtt5.ConnectionFailureEvent) => {
      const reason = explainFailure(event, 'the claim certificate', options);
      reject(
        event.connack ? new Denied(reason, { cause: event.error }) : new Unavailable(reason, { cause: event.error }),
      );
    });
  });
  client.start();
  await connected;
}

async function exchange(
  identity: iotidentity.IotIdentityClientv2,
  privateKeyPem: string,
  options: ProvisioningOptions,
): Promise<DeviceIdentity> {
  const { files, log } = options;
  const pending = await files.loadPending();
  if (pending) {
    try {
      return { ...(await register(identity, pending, options)), privateKeyPem };
    } catch (error) {
      if (!(error instanceof Denied)) throw error;
      // The token of an earlier try is good for an hour.
      log.info('provisioning-starts-over', { reason: error.message });
      await files.dropPending();
    }
  }
  const issued = await requestCertificate(identity, privateKeyPem, options);
  await files.savePending(issued);
  return { ...(await register(identity, issued, options)), privateKeyPem };
}

async function requestCertificate(
  identity: iotidentity.IotIdentityClientv2,
  privateKeyPem: string,
  { serial }: ProvisioningOptions,
): Promise<PendingCertificate> {
  const certificateSigningRequest = await signingRequest(privateKeyPem, serial);
  const request = identity.createCertificateFromCsr({ certificateSigningRequest });
  const { certificatePem, certificateOwnershipToken } = await translated(request, 'a certificate');
  if (!certificatePem || !certificateOwnershipToken) {
    throw new Unavailable('expected a certificate and its ownership token from the provisioning service, got neither');
  }
  return { certificatePem, ownershipToken: certificateOwnershipToken };
}

async function register(
  identity: iotidentity.IotIdentityClientv2,
  { certificatePem, ownershipToken }: PendingCertificate,
  { template, serial, files, log }: ProvisioningOptions,
): Promise<Omit<DeviceIdentity, 'privateKeyPem'>> {
  const parameters: ProvisioningParameters = { SerialNumber: serial };
  const response = await translated(
    identity.registerThing({ templateName: template, certificateOwnershipToken: ownershipToken, parameters }),
    `a thing for serial number ${serial}`,
  );
  const device = parse(DeviceId, response.thingName, 'the thing name in the provisioning answer');
  const org = OrganizationId.safeParse(DeviceConfiguration.safeParse(response.deviceConfiguration).data?.org).data;
  const identityOfDevice = { device, ...(org && { org }), certificatePem };
  await files.save(identityOfDevice);
  log.info('provisioned', { device });
  return identityOfDevice;
}

/** The SDK's errors in words; what the service says is what ops need. */
async function translated<T>(answer: Promise<T>, what: string): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const said = modeledError(cause);
    if (!said) throw new Unavailable(`asked for ${what}, and nobody answered: ${String(cause)}`, { cause });
    const message = `asked for ${what}, and the provisioning service refused: ${said.errorMessage ?? said.errorCode} (${said.errorCode}); check that the serial number is on the allow-list and the template's name`;
    const mayWorkLater = (said.statusCode ?? 400) >= 500 || said.statusCode === 429;
    throw mayWorkLater ? new Unavailable(message, { cause }) : new Denied(message, { cause });
  }
}

function modeledError(cause: unknown): iotidentity.model.V2ErrorResponse | undefined {
  if (!(cause instanceof Error) || !('modeledError' in cause)) return undefined;
  const said = cause.modeledError;
  return typeof said === 'object' && said !== null ? said : undefined;
}
