import {
  AttachPolicyCommand,
  CreateKeysAndCertificateCommand,
  DeleteCertificateCommand,
  type IoTClient,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { Unavailable } from '@rollcall/kit/app-error';
import type { IssuedClaim } from '../../ports/claim-issuer.ts';
import { awsError } from './aws-error.ts';

/**
 * Makes claim certificates of AWS IoT, which may do what the policy says and nothing else. They have no end of their own: the hook refuses
 * those whose time in the records is up.
 * Needs iot:CreateKeysAndCertificate, AttachPolicy, UpdateCertificate and DeleteCertificate.
 */
export class IotClaims {
  readonly #iot: IoTClient;
  readonly #policyName: string;

  constructor(iot: IoTClient, policyName: string) {
    this.#iot = iot;
    this.#policyName = policyName;
  }

  async issue(): Promise<IssuedClaim> {
    try {
      const made = await this.#iot.send(new CreateKeysAndCertificateCommand({ setAsActive: false }));
      const { certificateId: fingerprint, certificateArn: target, certificatePem, keyPair } = made;
      const privateKeyPem = keyPair?.PrivateKey;
      if (!fingerprint || !certificatePem || !privateKeyPem) throw new Unavailable('AWS IoT made no certificate');
      await this.#iot.send(new AttachPolicyCommand({ policyName: this.#policyName, target }));
      // Last: one that was cut off on the way is of no use to anybody.
      await this.#iot.send(new UpdateCertificateCommand({ certificateId: fingerprint, newStatus: 'ACTIVE' }));
      return { fingerprint, certificatePem, privateKeyPem };
    } catch (error) {
      throw awsError(error, 'AWS IoT claim');
    }
  }

  async withdraw(certificateId: string): Promise<void> {
    try {
      await this.#iot.send(new UpdateCertificateCommand({ certificateId, newStatus: 'INACTIVE' }));
      await this.#iot.send(new DeleteCertificateCommand({ certificateId, forceDelete: true }));
    } catch (error) {
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return;
      throw awsError(error, 'AWS IoT claim');
    }
  }
}
