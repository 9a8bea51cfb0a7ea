import { provisioningTopics } from '@rollcall/cloud/adapters/local/provisioning-topics';
import { rules } from '@rollcall/cloud/manifest';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { rotationTemplate } from '@rollcall/contract/provisioning';
import { ackTopic, configShadowTopic, jobTopic, ruleTopic, shadowRequests } from '@rollcall/contract/topics';
import type { Stack } from 'aws-cdk-lib';

/** A policy of AWS IoT: like one of IAM, with the connection's thing in its variables. */
export interface IotPolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly {
    readonly Effect: 'Allow';
    readonly Action: string;
    readonly Resource: readonly string[];
    readonly Condition?: object;
  }[];
}

/** Attribute of a thing: whose device it is. Set when it registers, by what the hook says and never by what the device says. */
export const organizationAttribute = 'org';

/** How the policies of a device are called. Three, because one of all would be longer than the 2,048 characters that AWS IoT takes. */
export function devicePolicyNames(prefix: string) {
  return {
    device: `${prefix}-device`,
    services: `${prefix}-device-services`,
    rotation: `${prefix}-device-rotation`,
  } as const;
}

/**
 * What every device may: with `deviceServicesDocument` and `deviceRotationDocument` what `devicePolicy` of the site's broker lets it, with its own name and organization
 * put in by AWS IoT. No variable can bring a wildcard in: names of things and organizations have none of their characters.
 * Source: "Thing policy variables", AWS IoT developer guide.
 */
export function devicePolicyDocument(stack: Stack, prefix: string): IotPolicyDocument {
  const rulesOf = rules.map(({ name }) => own(ruleTopic(prefix, name, someOrg, someDevice)));
  const acks = own(ackTopic(prefix, someOrg, someDevice));
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'iot:Connect',
        Resource: [arn(stack, `client/${ownName}`)],
        Condition: { Bool: { 'iot:Connection.Thing.IsAttached': ['true'] } },
      },
      allow(
        'iot:Publish',
        rulesOf.map((topic) => arn(stack, `topic/${topic}`)),
      ),
      allow('iot:Subscribe', [arn(stack, `topicfilter/${acks}`)]),
      allow('iot:Receive', [arn(stack, `topic/${acks}`)]),
    ],
  };
}

/** What every device may ask of AWS IoT itself: its jobs and its configuration. */
export function deviceServicesDocument(stack: Stack): IotPolicyDocument {
  const jobs = jobTopic(someDevice, '*').replace(someDevice, ownName);
  const shadow = configShadowTopic(someDevice).replace(someDevice, ownName);
  const asks = [jobs, ...shadowRequests.map((request) => `${shadow}/${request}`)];
  const hears = [jobs, `${shadow}/*`];
  return {
    Version: '2012-10-17',
    Statement: [
      allow(
        'iot:Publish',
        asks.map((topic) => arn(stack, `topic/${topic}`)),
      ),
      allow(
        'iot:Subscribe',
        hears.map((filter) => arn(stack, `topicfilter/${filter}`)),
      ),
      allow(
        'iot:Receive',
        hears.map((topic) => arn(stack, `topic/${topic}`)),
      ),
    ],
  };
}

/** What every device may to get a certificate to go on with; that it is for itself alone is the hook's to see. */
export function deviceRotationDocument(stack: Stack, template: string): IotPolicyDocument {
  return { Version: '2012-10-17', Statement: provisioning(stack, rotationTemplate(template)) };
}

/** How the client id of a device begins that has only a claim certificate: no device that works can be pushed off its connection by it. */
export const claimClientPrefix = 'claim-';

/** What a claim certificate may: ask for a certificate of the device's own by this template, as `claimPolicy` of the site's broker has it. */
export function claimPolicyDocument(stack: Stack, template: string): IotPolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [allow('iot:Connect', [arn(stack, `client/${claimClientPrefix}*`)]), ...provisioning(stack, template)],
  };
}

function provisioning(stack: Stack, template: string) {
  const requests = Object.values(provisioningTopics(template));
  const answers = requests.flatMap((topic) => [`${topic}/accepted`, `${topic}/rejected`]);
  return [
    allow(
      'iot:Publish',
      requests.map((topic) => arn(stack, `topic/${topic}`)),
    ),
    allow(
      'iot:Subscribe',
      answers.map((topic) => arn(stack, `topicfilter/${topic}`)),
    ),
    allow(
      'iot:Receive',
      answers.map((topic) => arn(stack, `topic/${topic}`)),
    ),
  ];
}

const ownName = '${iot:Connection.Thing.ThingName}';
const ownOrganization = `\${iot:Connection.Thing.Attributes[${organizationAttribute}]}`;
const someOrg = OrganizationId.parse('some-organization');
const someDevice = DeviceId.parse('SomeDevice');

/** A topic of some device, with variables in place of its name and organization. */
function own(topic: string): string {
  return topic.replace(`/${someOrg}/${someDevice}`, `/${ownOrganization}/${ownName}`);
}

function allow(Action: string, Resource: readonly string[]) {
  return { Effect: 'Allow', Action, Resource } as const;
}

function arn(stack: Stack, resource: string): string {
  return `arn:${stack.partition}:iot:${stack.region}:${stack.account}:${resource}`;
}
