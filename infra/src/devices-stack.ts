import { rotationTemplate } from '@rollcall/contract/provisioning';
import { Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnPolicy, CfnProvisioningTemplate, CfnThingGroup, CfnThingType } from 'aws-cdk-lib/aws-iot';
import type { Construct } from 'constructs';
import { acknowledgeWildcards, type Permission } from './acknowledge.ts';
import type { Bundles } from './bundles.ts';
import { CloudHandler } from './cloud-handler.ts';
import type { Deployment } from './deployment.ts';
import {
  claimPolicyDocument,
  devicePolicyDocument,
  devicePolicyNames,
  deviceRotationDocument,
  deviceServicesDocument,
} from './device-policies.ts';
import { provisioningTemplate } from './provisioning-template.ts';
import type { StorageStack } from './storage-stack.ts';

export interface DevicesStackProps extends StackProps {
  readonly deployment: Deployment;
  readonly storage: StorageStack;
  readonly bundles: Bundles;
}

/** Devices hold on to what is here, so it outlives the rest. How cameras come to be things: by a claim certificate, a certificate request of their own, and a hook with the allow-list. */
export class DevicesStack extends Stack {
  readonly hook: CloudHandler;
  /** Makes claim certificates. */
  readonly claims: CloudHandler;
  /** For claim certificates. */
  readonly claimPolicy: CfnPolicy;

  constructor(scope: Construct, id: string, props: DevicesStackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    const { prefix } = props.deployment;
    const policies = devicePolicyNames(prefix);
    const type = new CfnThingType(this, 'Camera', {
      thingTypeName: `${prefix}-camera`,
      thingTypeProperties: { thingTypeDescription: 'A Rollcall camera agent at a door', searchableAttributes: ['org'] },
    });
    const group = new CfnThingGroup(this, 'Cameras', { thingGroupName: `${prefix}-cameras` });
    const policy = new CfnPolicy(this, 'DevicePolicy', {
      policyName: policies.device,
      policyDocument: devicePolicyDocument(this, prefix),
    });
    const services = new CfnPolicy(this, 'DeviceServicesPolicy', {
      policyName: policies.services,
      policyDocument: deviceServicesDocument(this),
    });
    const rotation = new CfnPolicy(this, 'DeviceRotationPolicy', {
      policyName: policies.rotation,
      policyDocument: deviceRotationDocument(this, prefix),
    });
    this.claimPolicy = new CfnPolicy(this, 'ClaimPolicy', {
      policyName: `${prefix}-claim`,
      policyDocument: claimPolicyDocument(this, prefix),
    });
    this.hook = new CloudHandler(this, 'provisioning-hook', props, { keepsFailures: false });
    const role = this.#registrationRole(prefix);
    const templates = [
      this.#template('Provisioning', prefix, 'Registers a camera that is on an allow-list', role, prefix),
      this.#template('Rotation', rotationTemplate(prefix), 'Gives a camera its next certificate', role, prefix),
    ];
    // They name them as text, which CloudFormation does not see; nor may they be there before the hook may be asked.
    for (const template of templates) {
      template.node.addDependency(type, group, policy, services, rotation, role, this.hook);
    }
    this.claims = new CloudHandler(this, 'claims', props, { keepsFailures: false });
  }

  /** The same thing comes out of both; which of them it was is what the hook goes by. */
  #template(
    id: string,
    templateName: string,
    description: string,
    role: Role,
    prefix: string,
  ): CfnProvisioningTemplate {
    this.hook.function.addPermission(id, {
      principal: new ServicePrincipal('iot.amazonaws.com'),
      sourceAccount: this.account,
      sourceArn: this.formatArn({ service: 'iot', resource: 'provisioningtemplate', resourceName: templateName }),
    });
    return new CfnProvisioningTemplate(this, id, {
      templateName,
      templateType: 'FLEET_PROVISIONING',
      description,
      enabled: true,
      provisioningRoleArn: role.roleArn,
      preProvisioningHook: { targetArn: this.hook.function.functionArn, payloadVersion: '2020-04-01' },
      templateBody: JSON.stringify(provisioningTemplate(prefix)),
    });
  }

  /** What AWS IoT does in our name when a device registers: the parts of AWSIoTThingsRegistration that the template needs. */
  #registrationRole(prefix: string): Role {
    const role = new Role(this, 'Registration', {
      assumedBy: new ServicePrincipal('iot.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    });
    const named = (resource: string, resourceName: string) =>
      this.formatArn({ service: 'iot', resource, resourceName });
    const wildcard = 'Things and certificates are named by the devices that are about to register';
    const things = [
      'AttachThingPrincipal',
      'CreateThing',
      'DescribeThing',
      'DetachThingPrincipal',
      'ListThingGroupsForThing',
    ];
    const certificates = [
      'AttachPolicy',
      'AttachThingPrincipal',
      'DescribeCertificate',
      'DetachThingPrincipal',
      'ListAttachedPolicies',
      'UpdateCertificate',
    ];
    const permissions: Permission[] = [
      {
        statement: iotStatement(
          [
            ...things,
            'ListThingPrincipals',
            'UpdateThing',
            'UpdateThingGroupsForThing',
            'AddThingToThingGroup',
            'RemoveThingFromThingGroup',
          ],
          named('thing', '*'),
        ),
        wildcard,
      },
      { statement: iotStatement(certificates, named('cert', '*')), wildcard },
      {
        statement: iotStatement(
          ['AddThingToThingGroup', 'DescribeThingGroup', 'RemoveThingFromThingGroup', 'UpdateThingGroupsForThing'],
          named('thinggroup', `${prefix}-cameras`),
        ),
      },
      {
        statement: iotStatement(
          ['DescribeThingType', 'CreateThing', 'UpdateThing'],
          named('thingtype', `${prefix}-camera`),
        ),
      },
      {
        statement: iotStatement(
          ['AttachPolicy', 'GetPolicy'],
          ...Object.values(devicePolicyNames(prefix)).map((policy) => named('policy', policy)),
        ),
      },
      { statement: iotStatement(['RegisterThing'], '*'), wildcard: 'RegisterThing has no resource to name' },
    ];
    for (const { statement } of permissions) role.addToPolicy(statement);
    acknowledgeWildcards(role, permissions);
    return role;
  }
}

function iotStatement(actions: readonly string[], ...resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions: actions.map((action) => `iot:${action}`), resources });
}
