import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { Misconfigured } from '@rollcall/kit/app-error';
import { iot, mqtt5 } from 'aws-iot-device-sdk-v2';

export interface MqttClientOptions {
  readonly host: string;
  readonly port: number;
  /** PEM of the CA that signed the broker's certificate; the system's if absent. */
  readonly caPem?: string;
  readonly clientId: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/**
 * An MQTT 5 client over mutual TLS that keeps coming back: a new session each time, since what must not be lost is in the outbox,
 * and with the SDK's token bucket, which keeps it below what AWS IoT allows a connection (512 KB/s, 100 publishes/s).
 * @throws Misconfigured when certificate, key or CA are none.
 */
export function createMqttClient(options: MqttClientOptions): mqtt5.Mqtt5Client {
  const { host, port, caPem, clientId, certificatePem, privateKeyPem } = options;
  const { AwsIotMqtt5ClientConfigBuilder: Builder } = iot;
  try {
    const builder = Builder.newDirectMqttBuilderWithMtlsFromMemory(host, certificatePem, privateKeyPem)
      .withPort(port)
      .withConnectProperties({ clientId, keepAliveIntervalSeconds: 30 })
      .withSessionBehavior(mqtt5.ClientSessionBehavior.Clean)
      .withOfflineQueueBehavior(mqtt5.ClientOperationQueueBehavior.FailAllOnDisconnect)
      .withRetryJitterMode(mqtt5.RetryJitterType.Full)
      .withMinReconnectDelayMs(1_000)
      .withMaxReconnectDelayMs(30_000)
      .withPingTimeoutMs(10_000)
      .withConnackTimeoutMs(15_000)
      .withAckTimeoutSeconds(20);
    if (caPem !== undefined) builder.withCertificateAuthority(caPem);
    return new mqtt5.Mqtt5Client(builder.build());
  } catch (cause) {
    throw new Misconfigured(`the certificate, key or CA for ${host} cannot be used: ${String(cause)}`, { cause });
  }
}

/** What is known of a connection that did not come about. */
export interface ConnectionFailure {
  readonly connack?: Pick<mqtt5.ConnackPacket, 'reasonCode'>;
  readonly error: { readonly error_name?: string };
}

/** With TLS 1.3 a client learns nothing else of a certificate that is turned down. */
const closed = new Set(['AWS_IO_SOCKET_CLOSED', 'AWS_ERROR_MQTT_UNEXPECTED_HANGUP']);

/** Why a connection did not come about, and what to do, for ops. */
export function explainFailure(event: ConnectionFailure, what: string, options: MqttClientOptions): string {
  const { host, port } = options;
  const code = event.connack?.reasonCode;
  if (code === mqtt5.ConnectReasonCode.NotAuthorized || code === mqtt5.ConnectReasonCode.BadUsernameOrPassword) {
    return `the broker refuses ${what}: it was revoked, is unknown there, or its policy does not allow client id ${options.clientId}; check the device in the dashboard`;
  }
  if (code === mqtt5.ConnectReasonCode.ClientIdentifierNotValid) {
    return `the broker does not take client id ${options.clientId} with ${what}: the two do not belong together`;
  }
  if (code !== undefined) return `the broker at ${host}:${port} refuses the connection (reason code ${code})`;
  const error = event.error.error_name ?? 'for an unknown reason';
  if (error.includes('TLS') || error.includes('CERT')) {
    const name = isIP(host) ? 'address' : 'name';
    return `TLS with ${host}:${port} fails (${error}): check mqtt.caFile, that the broker's certificate has this ${name}, and that ${what} was not revoked${clockDoubt(options)}`;
  }
  if (closed.has(error)) {
    return `${host}:${port} closes the connection (${error}): mostly because it does not take ${what}, ${whyNotTaken(options)}; else check mqtt.port`;
  }
  return `cannot reach the broker at ${host}:${port} (${error}): check the network, mqtt.host and mqtt.port`;
}

/** A machine without a clock of its own starts with whatever time, and then trusts no broker. */
function clockDoubt({ certificatePem }: MqttClientOptions): string {
  const { validFromDate, validToDate } = new X509Certificate(certificatePem);
  const now = new Date();
  if (validFromDate <= now && now <= validToDate) return '';
  return `; the clock says ${dayOf(now)}, when its own certificate does not count either: let it reach a time server`;
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function whyNotTaken({ certificatePem }: MqttClientOptions): string {
  const { validToDate } = new X509Certificate(certificatePem);
  if (validToDate.getTime() < Date.now()) return `which ended on ${dayOf(validToDate)}`;
  return 'which was revoked, or is of another deployment';
}
