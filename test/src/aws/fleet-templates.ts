import { randomBytes } from 'node:crypto';
import type { CertificateAuthority } from '@rollcall/cloud/adapters/local/certificate-authority';
import { readCertificateRequest } from '@rollcall/cloud/adapters/local/certificate-request';
import type { Resource } from '@rollcall/infra/stacks-for-tests';
import { z } from 'zod';

/** A provisioning template, as far as it is ours. Source: "Provisioning templates", AWS IoT developer guide. */
const Reference = z.union([z.string(), z.object({ Ref: z.string() })]);
const Body = z.object({
  Parameters: z.record(z.string(), z.object({ Type: z.literal('String') })),
  Resources: z.record(
    z.string(),
    z.discriminatedUnion('Type', [
      z.looseObject({
        Type: z.literal('AWS::IoT::Thing'),
        Properties: z.object({
          ThingName: Reference,
          ThingTypeName: z.string(),
          ThingGroups: z.array(z.string()),
          AttributePayload: z.record(z.string(), Reference),
        }),
      }),
      z.object({
        Type: z.literal('AWS::IoT::Certificate'),
        Properties: z.object({ CertificateId: Reference, Status: z.literal('Active') }),
      }),
      z.object({ Type: z.literal('AWS::IoT::Policy'), Properties: z.object({ PolicyName: z.string() }) }),
    ]),
  ),
  DeviceConfiguration: z.record(z.string(), Reference),
});

const HookAnswer = z.object({
  allowProvisioning: z.boolean(),
  parameterOverrides: z.record(z.string(), z.string()).default({}),
});

const Registration = z.object({
  certificateOwnershipToken: z.string(),
  parameters: z.record(z.string(), z.string()),
});

/** What came of a registration. */
export interface Registered {
  readonly thingName: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly certificateId: string;
  readonly policies: readonly string[];
}

/** Who asks. */
export interface Asking {
  readonly clientId: string;
  /** Id of the certificate of the connection. */
  readonly certificate: string;
}

export interface FleetTemplatesOptions {
  /** Of the deployment's templates. */
  readonly of: (type: string) => readonly Resource[];
  readonly ca: CertificateAuthority;
  /** @param functionArn as the template of CloudFormation names it. */
  readonly invoke: (functionArn: unknown, event: object) => Promise<unknown>;
  readonly onRegistered: (made: Registered) => void;
}

/**
 * Fleet provisioning as AWS IoT does it with the deployment's own templates: certificates from requests, the hook, and what the template
 * makes of its answer. Source: "Device provisioning MQTT API" and "Pre-provisioning hooks", AWS IoT developer guide.
 */
export class FleetTemplates {
  readonly #options: FleetTemplatesOptions;
  readonly #owned = new Map<string, { readonly certificateId: string; readonly certificatePem: string }>();

  constructor(options: FleetTemplatesOptions) {
    this.#options = options;
  }

  /** @returns the topic and the body of the answer; undefined for a topic that is not about provisioning. */
  async answer(asking: Asking, topic: string, payload: Buffer): Promise<{ topic: string; body: object } | undefined> {
    const [, template] = /^\$aws\/provisioning-templates\/([^/]+)\/provision\/json$/.exec(topic) ?? [];
    const isCreation = topic === '$aws/certificates/create-from-csr/json';
    if (!isCreation && template === undefined) return undefined;
    try {
      const request: unknown = JSON.parse(payload.toString());
      const body = isCreation ? await this.#create(request) : await this.#register(asking, template ?? '', request);
      return { topic: `${topic}/accepted`, body };
    } catch (error) {
      const errorMessage = String(error);
      return { topic: `${topic}/rejected`, body: { statusCode: 403, errorCode: 'AccessDenied', errorMessage } };
    }
  }

  async #create(request: unknown): Promise<object> {
    const { certificateSigningRequest } = z.object({ certificateSigningRequest: z.string() }).parse(request);
    const { publicKey } = await readCertificateRequest(certificateSigningRequest);
    const { certificatePem, fingerprint: certificateId } = await this.#options.ca.signDevice(publicKey);
    const certificateOwnershipToken = randomBytes(16).toString('hex');
    this.#owned.set(certificateOwnershipToken, { certificateId, certificatePem });
    return { certificateId, certificatePem, certificateOwnershipToken };
  }

  async #register({ clientId, certificate }: Asking, templateName: string, request: unknown): Promise<object> {
    const { of, invoke, onRegistered } = this.#options;
    const found = of('AWS::IoT::ProvisioningTemplate').find(
      ({ properties }) => properties.TemplateName === templateName,
    );
    if (!found) throw new Error(`no template ${templateName}`);
    const body = Body.parse(JSON.parse(found.properties.TemplateBody));
    const { certificateOwnershipToken, parameters } = Registration.parse(request);
    const owned = this.#owned.get(certificateOwnershipToken);
    if (!owned) throw new Error('no such token');
    const { allowProvisioning, parameterOverrides } = HookAnswer.parse(
      await invoke(found.properties.PreProvisioningHook.TargetArn, {
        claimCertificateId: certificate,
        certificateId: owned.certificateId,
        certificatePem: owned.certificatePem,
        templateArn: `arn:aws:iot:eu-west-1:111122223333:provisioningtemplate/${templateName}`,
        clientId,
        parameters,
      }),
    );
    if (!allowProvisioning) throw new Error('the hook said no');
    const values: Readonly<Record<string, string>> = {
      ...parameters,
      ...parameterOverrides,
      'AWS::IoT::Certificate::Id': owned.certificateId,
    };
    const valueOf = (reference: z.infer<typeof Reference>) => {
      const value = typeof reference === 'string' ? reference : values[reference.Ref];
      if (value === undefined) throw new Error(`nothing was said for ${JSON.stringify(reference)}`);
      return value;
    };
    for (const name of Object.keys(values)) {
      if (!(name in body.Parameters)) throw new Error(`the template has no parameter ${name}`);
    }
    const made: { -readonly [Key in keyof Registered]?: Registered[Key] } = {};
    for (const resource of Object.values(body.Resources)) {
      if (resource.Type === 'AWS::IoT::Thing') {
        const { ThingName, ThingTypeName, ThingGroups, AttributePayload } = resource.Properties;
        this.#mustHave('AWS::IoT::ThingType', 'ThingTypeName', ThingTypeName);
        for (const group of ThingGroups) this.#mustHave('AWS::IoT::ThingGroup', 'ThingGroupName', group);
        made.thingName = valueOf(ThingName);
        made.attributes = mapValues(AttributePayload, valueOf);
      } else if (resource.Type === 'AWS::IoT::Certificate')
        made.certificateId = valueOf(resource.Properties.CertificateId);
      else made.policies = [...(made.policies ?? []), resource.Properties.PolicyName];
    }
    const { thingName = '', attributes = {}, certificateId = '', policies = [] } = made;
    onRegistered({ thingName, attributes, certificateId, policies });
    return { thingName, deviceConfiguration: mapValues(body.DeviceConfiguration, valueOf) };
  }

  #mustHave(type: string, property: string, name: string): void {
    if (!this.#options.of(type).some(({ properties }) => properties[property] === name))
      throw new Error(`no ${type} ${name}`);
  }
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
